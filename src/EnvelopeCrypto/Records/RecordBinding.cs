using System.Buffers.Binary;
using System.Security.Cryptography;

namespace EnvelopeCrypto.Records;

/// <summary>
/// The other fields of a record that its tokens are bound to, by name and value: a token that is moved to a record with other values
/// does not open there. Values are compared as text that depends on no culture; null and an empty text differ.
/// </summary>
public sealed class RecordBinding
{
    private readonly byte[] _digest;

    private RecordBinding(string[] names, byte[] digest)
    {
        Names = names;
        _digest = digest;
    }

    /// <summary>Bound to no field.</summary>
    public static RecordBinding None { get; } = new([], SHA512.HashData([]));

    /// <summary>The names, sorted by their bytes in UTF-8.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>SHA-512 over, for each pair in order: u32 length, name, and 0 for null, or 1, u32 length, value.</summary>
    internal ReadOnlySpan<byte> Digest => _digest;

    /// <summary>Binds to up to 64 fields.</summary>
    /// <param name="fields">Names and values: text, numbers, Booleans, times, GUIDs or bytes, and null.</param>
    /// <exception cref="EnvelopeException">FieldNameInvalid, ValueUnsupported.</exception>
    public static RecordBinding Of(IEnumerable<KeyValuePair<string, object?>> fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        var sorted = fields.Take(FieldNames.MaxBound + 1).ToArray();
        if (sorted.Length == 0)
            return None;
        if (sorted.Length > FieldNames.MaxBound)
            throw FieldNames.Invalid($"a token is bound to at most {FieldNames.MaxBound} fields.");
        if (sorted.Length > 1)
            Array.Sort(sorted, (a, b) => FieldNames.Compare(a.Key, b.Key));
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA512);
        for (var i = 0; i < sorted.Length; i++)
        {
            if (i > 0 && sorted[i].Key == sorted[i - 1].Key)
                throw FieldNames.Invalid($"the field '{sorted[i].Key}' is named twice.");
            AppendText(hash, FieldNames.BytesOf(sorted[i].Key));
            AppendValue(hash, sorted[i]);
        }
        return new RecordBinding(Array.ConvertAll(sorted, pair => pair.Key), hash.GetHashAndReset());
    }

    /// <inheritdoc/>
    public override string ToString() => FieldNames.Show(Names);

    private static void AppendValue(IncrementalHash hash, KeyValuePair<string, object?> field)
    {
        if (field.Value is null or DBNull)
        {
            hash.AppendData([0]);
            return;
        }
        hash.AppendData([1]);
        try
        {
            AppendText(hash, field.Value as byte[] ?? RecordValue.TextBytes(RecordValue.TextOf(field.Value)));
        }
        catch (EnvelopeException failure)
        {
            throw new EnvelopeException(failure.Error, $"'{field.Key}', which is to be bound: {failure.Reason}", failure);
        }
    }

    private static void AppendText(IncrementalHash hash, byte[] bytes)
    {
        Span<byte> length = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(length, (uint)bytes.Length);
        hash.AppendData(length);
        hash.AppendData(bytes);
    }
}
