using System.Collections;
using System.Globalization;
using System.Management.Automation;
using EnvelopeCrypto.Format;

namespace EnvelopeCrypto.PowerShell;

/// <summary>An encryption context as PowerShell's tables, and back.</summary>
internal static class ContextTable
{
    /// <exception cref="EnvelopeException">ContextInvalid.</exception>
    public static EncryptionContext Read(IDictionary table) => EncryptionContext.Create(Pairs(table));

    /// <summary>What an envelope's context must have, where that was asked for. An empty table is a mistake: it requires nothing.</summary>
    /// <param name="table">The table; null when none was given.</param>
    /// <exception cref="EnvelopeException">ContextInvalid.</exception>
    public static EncryptionContext ReadRequired(IDictionary? table) => table is { Count: 0 }
        ? throw new EnvelopeException(
            EnvelopeError.ContextInvalid, "-RequiredContext has no pairs, so nothing would be required; leave it out to require none.")
        : table is null ? EncryptionContext.Empty : Read(table);

    /// <summary>The pairs of a table, both sides as texts.</summary>
    /// <exception cref="EnvelopeException">ContextInvalid for a value that is not text, number or date.</exception>
    public static IEnumerable<KeyValuePair<string, string>> Pairs(IDictionary table)
    {
        // Not by foreach: of generic dictionaries, such as our own contexts, that gives pairs of another kind.
        var pairs = table.GetEnumerator();
        while (pairs.MoveNext())
            yield return new KeyValuePair<string, string>(Text(pairs.Key), Text(pairs.Value));
    }

    public static IReadOnlyDictionary<string, string> Of(EncryptionContext context) => new SortedDictionary<string, string>(
        context.ToDictionary(pair => pair.Key, pair => pair.Value, StringComparer.Ordinal), StringComparer.Ordinal);

    // What has no text of its own would become the name of its type, or nothing, and bind the data to that.
    private static string Text(object? value) => value is PSObject wrapped ? Text(wrapped.BaseObject) : value switch
    {
        string text => text,
        IConvertible scalar and not DBNull => scalar.ToString(CultureInfo.InvariantCulture),
        IFormattable scalar => scalar.ToString(format: null, CultureInfo.InvariantCulture),
        _ => throw new EnvelopeException(
            EnvelopeError.ContextInvalid,
            $"the table has {(value is null ? "a pair without a value" : $"a {value.GetType().Name}")}; names and values are single "
            + "texts, numbers or dates."),
    };
}
