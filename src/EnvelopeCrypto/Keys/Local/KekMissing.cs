namespace EnvelopeCrypto.Keys.Local;

/// <summary>The failures for a KEK or a version that the keyring has not, each with what it has instead.</summary>
internal static class KekMissing
{
    private const int MaxListed = 10;
    private const int MaxEdits = 2;

    public static EnvelopeException Kek(string name, KeyringFolder folder)
    {
        var similar = folder.Names().Where(other => IsSimilar(name, other)).Take(MaxListed).Select(other => $"local:{other}").ToArray();
        var instead = similar switch
        {
            [] => "",
            [var one] => $" Did you mean {one}?",
            _ => $" It has {string.Join(", ", similar)}.",
        };
        return new EnvelopeException(
            EnvelopeError.KekNotFound,
            $"the keyring in '{folder.Path}' has no local:{name}.{instead}");
    }

    public static EnvelopeException Version(KekFile file, string kid)
    {
        var there = string.Join(", ", file.Versions.TakeLast(MaxListed).Select(version => version.ToString()));
        var more = file.Versions.Count > MaxListed ? ", and older ones" : "";
        return new EnvelopeException(
            EnvelopeError.KekVersionNotFound,
            $"the keyring has {file.Reference}, but not the version {kid[(file.Reference.Length + 1)..]}. It has {there}{more}.");
    }

    /// <summary>Whether one name is part of the other, or a slip or two away.</summary>
    internal static bool IsSimilar(string name, string other) =>
        name.Contains(other, StringComparison.Ordinal) || other.Contains(name, StringComparison.Ordinal)
            || Edits(name, other) <= Math.Min(MaxEdits, name.Length / 2);

    // The distance of Levenshtein, row by row.
    private static int Edits(string from, string to)
    {
        var row = Enumerable.Range(0, to.Length + 1).ToArray();
        for (var i = 1; i <= from.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= to.Length; j++)
            {
                var substituted = diagonal + (from[i - 1] == to[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(substituted, Math.Min(row[j], row[j - 1]) + 1);
            }
        }
        return row[^1];
    }
}
