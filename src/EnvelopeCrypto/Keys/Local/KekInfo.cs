using System.Globalization;

namespace EnvelopeCrypto.Keys.Local;

/// <summary>A KEK of the local keyring, without its keys.</summary>
/// <param name="Reference">Canonical form: <c>local:NAME</c>.</param>
/// <param name="Protection">How its keys are protected in the keyring.</param>
/// <param name="Created">When its oldest version was made.</param>
/// <param name="Versions">By number.</param>
public sealed record KekInfo(string Reference, KekProtection Protection, DateTimeOffset Created, IReadOnlyList<KekVersionInfo> Versions)
{
    /// <summary>Whether it is a key pair, whose public half wraps anywhere.</summary>
    public bool IsKeyPair => Versions.Count > 0 && Versions[0].PublicHalf is not null;

    /// <summary>When all its versions were last exported, as far as the keyring knows; null when one of them never was.</summary>
    public DateTimeOffset? Exported => Versions.Count > 0 && Versions.All(version => version.Exported is not null)
        ? Versions.Min(version => version.Exported)
        : null;

    /// <summary>Whether all of it has a backup, and else what has none, in words.</summary>
    internal string BackupState
    {
        get
        {
            if (Exported is { } exported)
                return $"exported {exported.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}";
            var missing = Versions.Where(version => version.Exported is null).ToList();
            return missing.Count == Versions.Count ? "never exported" : $"version {string.Join(", ", missing.Select(version => version.Version))} not exported";
        }
    }

    /// <inheritdoc/>
    public override string ToString() => Reference;
}
