namespace EnvelopeCrypto.Errors;

/// <summary>
/// Every error id with its category and its ways out: what both front ends show, and what docs/errors.md and the help topic are made
/// from.
/// </summary>
internal static partial class ErrorCatalog
{
    private static readonly Dictionary<EnvelopeError, ErrorEntry> Entries =
        new[] { OfEnvelopes, OfKeys, OfRuns }.SelectMany(entries => entries).ToDictionary(entry => entry.Error);

    private static WayOut Restore => "Restore it from another copy; Test-EnvelopeFile shows which files are sound.";

    private static WayOut TryLater => "Try again later.";

    private static WayOut FinishedStay => new("With -Update the finished files are left alone.", "Update");

    /// <exception cref="KeyNotFoundException">The catalogue has no entry for it.</exception>
    public static ErrorEntry Of(EnvelopeError error) => Entries[error];

    /// <summary>The sentences that apply, as one text; empty for none.</summary>
    /// <param name="waysOut">Of an entry.</param>
    /// <param name="has">Whether the command has a parameter or option.</param>
    /// <param name="algorithms">Of the recipients that the failure is about; none where it is about none.</param>
    public static string Text(this IEnumerable<WayOut> waysOut, Func<string, bool> has, IReadOnlyList<string> algorithms) =>
        string.Join(' ', waysOut.Where(wayOut => wayOut.Applies(has, algorithms)).Select(wayOut => wayOut.Text));
}
