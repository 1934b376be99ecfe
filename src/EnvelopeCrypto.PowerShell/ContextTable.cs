using System.Collections;
using System.Globalization;
using EnvelopeCrypto.Format;

namespace EnvelopeCrypto.PowerShell;

/// <summary>An encryption context as PowerShell's tables, and back.</summary>
internal static class ContextTable
{
    /// <exception cref="EnvelopeException">ContextInvalid.</exception>
    public static EncryptionContext Read(IDictionary table) =>
        EncryptionContext.Create(table.Cast<DictionaryEntry>().Select(pair => new KeyValuePair<string, string>(Text(pair.Key), Text(pair.Value))));

    public static IReadOnlyDictionary<string, string> Of(EncryptionContext context) => new SortedDictionary<string, string>(
        context.ToDictionary(pair => pair.Key, pair => pair.Value, StringComparer.Ordinal), StringComparer.Ordinal);

    private static string Text(object? value) => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";
}
