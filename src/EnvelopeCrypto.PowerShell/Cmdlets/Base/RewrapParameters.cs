using EnvelopeCrypto.Files;
using EnvelopeCrypto.Keys;

namespace EnvelopeCrypto.PowerShell;

/// <summary>What Update-EnvelopeKek and Update-EnvelopeData take alike: which recipients files, or tokens, are to have.</summary>
internal sealed record RewrapParameters(string[] NewKek, string[] OldKek, string[] AddKek, string[] RemoveKek, DateTime? WrappedBefore)
{
    /// <summary>Whether none of them was given.</summary>
    public bool IsEmpty => NewKek.Length + AddKek.Length + RemoveKek.Length == 0 && WrappedBefore is null;

    /// <summary>Rejects contradictory options: ignoring one could keep the KEK that the user meant to remove.</summary>
    /// <param name="rotatesDataKey">Whether each file gets a new data key, with which any change goes.</param>
    /// <exception cref="EnvelopeException">
    /// KekRequired, KekReferenceInvalid: they contradict each other, or one is not a reference.
    /// </exception>
    public RewrapOptions ToOptions(bool rotatesDataKey = false)
    {
        var options = new RewrapOptions
        {
            NewKeks = References(NewKek),
            OldKeks = References(OldKek),
            AddKeks = References(AddKek),
            RemoveKeks = References(RemoveKek),
            RotateDataKey = rotatesDataKey,
            WrappedBefore = WrappedBefore is { } moment ? new DateTimeOffset(moment) : null,
        };
        if (OldKek.Length > 0 && NewKek.Length == 0)
            throw new EnvelopeException(EnvelopeError.KekRequired, "-OldKek needs -NewKek; to take a KEK away use -RemoveKek.");
        if (options.AddedAndRemoved is { } both)
            throw Contradiction($"{both} is given to -AddKek and to -RemoveKek; to wrap again by the same KEK use -WrappedBefore.");
        if (AddKek.Length + RemoveKek.Length > 0 && WrappedBefore is not null && !rotatesDataKey)
            throw Contradiction("-WrappedBefore replaces; it does not go with -AddKek or -RemoveKek.");
        return options;
    }

    /// <summary>What is asked for, in words for a confirmation.</summary>
    public IEnumerable<string> Steps()
    {
        if (NewKek.Length > 0)
            yield return $"Replace {(OldKek.Length == 0 ? "all KEKs" : string.Join(", ", OldKek))} by {string.Join(", ", NewKek)}";
        if (AddKek.Length > 0)
            yield return $"Add {string.Join(", ", AddKek)}";
        if (RemoveKek.Length > 0)
            yield return $"Remove {string.Join(", ", RemoveKek)}";
    }

    /// <summary>Steps as one text.</summary>
    public static string Action(IReadOnlyCollection<string> steps) =>
        steps.Count == 0 ? "Wrap again by the same KEKs" : string.Join("; ", steps);

    private static KekReference[] References(string[] texts) => [.. texts.Select(KekReference.Parse)];

    private static EnvelopeException Contradiction(string why) => new(EnvelopeError.KekReferenceInvalid, why);
}
