using System.Collections;
using System.Management.Automation;
using EnvelopeCrypto.Files;
using EnvelopeCrypto.Keys.Local;

namespace EnvelopeCrypto.PowerShell;

/// <summary>
/// What the views show, as hidden properties (EnvelopeCrypto.types.ps1xml): views may call no method where the language is constrained, and
/// what came from a job or a file has the properties of the objects, and none of their methods. Public, since PowerShell calls them.
/// </summary>
public static class ViewProperties
{
    /// <summary>The path of the file that exists now, else that of the source.</summary>
    public static string File(PSObject item) => ViewText.OneLine(Text(item, "FullName") ?? Text(item, "SourcePath") ?? "");

    /// <summary>The whole path.</summary>
    public static string FullName(PSObject item) => OneLine(item, "FullName");

    /// <summary>The whole path of the source.</summary>
    public static string SourcePath(PSObject item) => OneLine(item, "SourcePath");

    /// <summary>Bytes of plaintext.</summary>
    public static string Size(PSObject item) => ViewText.Size(Number(item, "Length"));

    /// <summary>Bytes of the envelope.</summary>
    public static string EnvelopeSize(PSObject item) => ViewText.Size(Number(item, "EnvelopeLength"));

    /// <summary>The KEKs, short enough for a table; of what was decrypted the one that opened it.</summary>
    public static string Kek(PSObject item) =>
        KekNames.Brief(Texts(item, Text(item, "Status") == nameof(FileOutcome.Unprotected) ? "OpenedBy" : "Kek"));

    /// <summary>The KEKs, whole.</summary>
    public static string Keks(PSObject item) => ViewText.OneLine(string.Join("; ", Texts(item, "Kek")));

    /// <summary>The KEKs that were removed, whole.</summary>
    public static string RemovedKeks(PSObject item) => ViewText.OneLine(string.Join("; ", Texts(item, "RemovedKek")));

    /// <summary>The KEK that opened it, short enough for a table.</summary>
    public static string OpenedByBriefly(PSObject item) => KekNames.Brief(Texts(item, "OpenedBy"));

    /// <summary>The KEK that opened it.</summary>
    public static string OpenedBy(PSObject item) => OneLine(item, "OpenedBy");

    /// <summary>What protects a KEK; that nothing does, in capitals.</summary>
    public static string Protection(PSObject item) => Text(item, "Protection") is var word && word == nameof(KekProtection.Unprotected)
        ? "UNPROTECTED"
        : word ?? "";

    /// <summary>Why it is so.</summary>
    public static string Reason(PSObject item) => OneLine(item, "Reason");

    /// <summary>The batch.</summary>
    public static string Batch(PSObject item) => OneLine(item, "Batch");

    /// <summary>The public half of a key pair.</summary>
    public static string PublicHalf(PSObject item) => OneLine(item, "PublicHalf");

    /// <summary>When all of a KEK was last exported, as a day; else whether any of it was.</summary>
    public static string ExportedBriefly(PSObject item) => Value(item, "Exported") is { } time
        ? $"{time:yyyy-MM-dd}"
        : NotExported(item) is { } missing && missing.Count < Versions(item).Count ? "in part" : "never";

    /// <summary>When all of a KEK was last exported; else which versions were not.</summary>
    public static string Exported(PSObject item) => Value(item, "Exported") is { } time
        ? $"{time:yyyy-MM-dd HH:mm:ss}"
        : NotExported(item) is { } missing && missing.Count < Versions(item).Count ? $"not version {string.Join(", ", missing)}" : "never";

    /// <summary>What a key of AWS KMS is for.</summary>
    public static string Description(PSObject item) => OneLine(item, "Description");

    /// <summary>What became of a use of a KEK, and the error id.</summary>
    public static string Outcome(PSObject item) => ViewText.OneLine($"{Text(item, "Outcome")} {Text(item, "Error")}".TrimEnd());

    /// <summary>The error id.</summary>
    public static string Error(PSObject item) => OneLine(item, "Error");

    /// <summary>The file that a KEK was used for.</summary>
    public static string Path(PSObject item) => OneLine(item, "File");

    /// <summary>Whose process it was.</summary>
    public static string User(PSObject item) => OneLine(item, "User");

    /// <summary>The machine.</summary>
    public static string Host(PSObject item) => OneLine(item, "Host");

    /// <summary>The run.</summary>
    public static string Run(PSObject item) => OneLine(item, "Run");

    /// <summary>The audit log.</summary>
    public static string Log(PSObject item) => OneLine(item, "Log");

    /// <summary>The file with a fault.</summary>
    public static string FaultFile(PSObject item) => OneLine(item, "FaultFile");

    /// <summary>The sealed name.</summary>
    public static string SealedName(PSObject item) => OneLine(item, "SealedName");

    /// <summary>The encryption context.</summary>
    public static string Context(PSObject item)
    {
        var pairs = new List<string>();
        foreach (var pair in Value(item, "Context") as IEnumerable ?? Array.Empty<object>())
        {
            var given = PSObject.AsPSObject(pair);
            pairs.Add(ViewText.OneLine($"{Text(given, "Key")}={Text(given, "Value")}"));
        }
        return string.Join("; ", pairs);
    }

    private static List<PSObject> Versions(PSObject item) =>
        [.. (Value(item, "Versions") as IEnumerable ?? Array.Empty<object>()).Cast<object>().Select(PSObject.AsPSObject)];

    private static List<string?> NotExported(PSObject item) =>
        [.. Versions(item).Where(version => Value(version, "Exported") is null).Select(version => Text(version, "Version"))];

    private static string OneLine(PSObject item, string name) => Text(item, name) is { } text ? ViewText.OneLine(text) : "";

    private static object? Value(PSObject item, string name) => item?.Properties[name]?.Value is { } value
        ? value is PSObject wrapped && wrapped.BaseObject is not PSCustomObject ? wrapped.BaseObject : value
        : null;

    // What was an enumeration in another process is a number here, and its name is what PowerShell's wrapping says.
    private static string? Text(PSObject item, string name) => item?.Properties[name]?.Value?.ToString();

    private static double? Number(PSObject item, string name) =>
        Value(item, name) is { } value && LanguagePrimitives.TryConvertTo<double>(value, out var number) ? number : null;

    private static string[] Texts(PSObject item, string name) => Value(item, name) switch
    {
        null => [],
        string text => [text],
        IEnumerable many => [.. many.Cast<object>().Select(each => each.ToString() ?? "")],
        var other => [other.ToString() ?? ""],
    };
}
