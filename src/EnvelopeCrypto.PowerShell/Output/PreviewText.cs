using EnvelopeCrypto.Files;

namespace EnvelopeCrypto.PowerShell;

/// <summary>What -WhatIf says would become of a file.</summary>
internal static class PreviewText
{
    public static string Of(FileResult result, bool removeSource) =>
        Of(result) + (removeSource && result.Status != FileOutcome.Skipped ? "; remove the source when that is proven" : "");

    public static string Of(FileResult result) => result.Status switch
    {
        FileOutcome.Unchanged when result.OtherKeks => $"Leave it as it is: {result.Reason}",
        FileOutcome.Unchanged => result.Reason is { } doubt ? $"Not known: {doubt}" : "Leave it as it is",
        FileOutcome.Skipped => $"Skip it: {result.Reason}",
        FileOutcome.Protected => $"Protect into {Name(result)} for {string.Join(", ", result.Kek)}",
        FileOutcome.Unprotected => $"Unprotect into {Name(result)}",
        _ => $"Rewrap for {string.Join(", ", result.Kek)}" + (
            result.RemovedKek.Count > 0 ? $"; no longer {string.Join(", ", result.RemovedKek)}" : ""),
    };

    private static string Name(FileResult result) =>
        DisplayText.OneLine(result.FullName ?? "") + (result.Replaces ? ", replacing what is there," : "");
}
