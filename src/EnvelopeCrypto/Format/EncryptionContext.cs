using System.Buffers.Binary;
using System.Collections;
using System.Text;
using System.Text.Json;

namespace EnvelopeCrypto.Format;

/// <summary>
/// The encryption context: string pairs that are not secret, authenticated with the data and sent to KMS. At most 64 pairs and
/// 8 KiB; keys are not empty, and no two differ only in the case of the letters A to Z, since KMS policies ignore it.
/// </summary>
public sealed class EncryptionContext : IReadOnlyCollection<KeyValuePair<string, string>>
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly KeyValuePair<string, string>[] _pairs;
    private readonly byte[] _bytes;

    private EncryptionContext(KeyValuePair<string, string>[] sortedPairs)
    {
        _pairs = sortedPairs;
        _bytes = ToBytes(sortedPairs);
    }

    /// <summary>No pairs.</summary>
    public static EncryptionContext Empty { get; } = new([]);

    /// <inheritdoc/>
    public int Count => _pairs.Length;

    /// <summary>The value of a key; null when there is no such key.</summary>
    public string? this[string key] => Array.Find(_pairs, pair => pair.Key == key).Value;

    /// <summary>For each pair, in order: u32 length, key, u32 length, value; big-endian lengths, UTF-8.</summary>
    internal ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>Sorts the pairs by the UTF-8 bytes of their keys, and checks them.</summary>
    /// <exception cref="EnvelopeException"><see cref="EnvelopeError.ContextInvalid"/>.</exception>
    public static EncryptionContext Create(IEnumerable<KeyValuePair<string, string>> pairs)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        var sorted = pairs.Take(FormatLimits.MaxContextPairs + 1).ToArray();
        if (sorted.Length == 0)
            return Empty;
        if (sorted.Length > FormatLimits.MaxContextPairs)
            throw Invalid($"it has more than {FormatLimits.MaxContextPairs} pairs");
        RequireText(sorted);
        Array.Sort(sorted, (a, b) => Utf8.GetBytes(a.Key).AsSpan().SequenceCompareTo(Utf8.GetBytes(b.Key)));

        var seen = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, _) in sorted)
        {
            if (!seen.TryAdd(Fold(key), key))
            {
                throw Invalid(seen[Fold(key)] is var other && other == key
                    ? $"it has the key '{key}' twice"
                    : $"the keys '{other}' and '{key}' are the same but for case");
            }
        }
        return new EncryptionContext(sorted);
    }

    /// <summary>Whether each pair of <paramref name="required"/> is in this context, letter by letter.</summary>
    public bool Contains(EncryptionContext required)
    {
        ArgumentNullException.ThrowIfNull(required);
        return required.All(pair => _pairs.Contains(pair));
    }

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, string>> GetEnumerator() => ((IEnumerable<KeyValuePair<string, string>>)_pairs).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary><c>key=value; key=value</c>, for people.</summary>
    public override string ToString() => DisplayText.OneLine(string.Join("; ", _pairs.Select(pair => $"{pair.Key}={pair.Value}")));

    internal static EncryptionContext Parse(JsonElement element)
    {
        var pairs = new List<KeyValuePair<string, string>>();
        foreach (var member in element.EnumerateObject())
        {
            if (member.Value.ValueKind != JsonValueKind.String)
                throw CanonicalJson.Invalid("protected header", "has an encryption context that is not made of strings");
            pairs.Add(new(member.Name, member.Value.GetString()!));
        }
        // The pairs' order is checked by the header, which is written again and compared.
        return Create(pairs);
    }

    internal void WriteTo(CanonicalJsonWriter json)
    {
        json.BeginObject();
        foreach (var (key, value) in _pairs)
            json.Name(key).String(value);
        json.EndObject();
    }

    // A to Z alone: which other letters have a case depends on the version of Unicode, so that two readers could disagree.
    private static string Fold(string key) =>
        string.Create(key.Length, key, static (folded, key) =>
        {
            for (var i = 0; i < key.Length; i++)
                folded[i] = char.IsAsciiLetterUpper(key[i]) ? (char)(key[i] | 0x20) : key[i];
        });

    private static void RequireText(KeyValuePair<string, string>[] pairs)
    {
        var length = 0L;
        foreach (var (key, value) in pairs)
        {
            if (string.IsNullOrEmpty(key) || value is null)
                throw Invalid("each pair needs a key and a value");
            try
            {
                length += Utf8.GetByteCount(key) + Utf8.GetByteCount(value) + (2 * sizeof(uint));
            }
            catch (EncoderFallbackException)
            {
                throw Invalid("a key or value is not sound Unicode");
            }
        }
        if (length > FormatLimits.MaxContextLength)
            throw Invalid($"it is longer than {FormatLimits.MaxContextLength} bytes");
    }

    private static byte[] ToBytes(KeyValuePair<string, string>[] pairs)
    {
        using var bytes = new MemoryStream();
        foreach (var (key, value) in pairs)
        {
            Append(bytes, key);
            Append(bytes, value);
        }
        return bytes.ToArray();
    }

    private static void Append(MemoryStream bytes, string text)
    {
        var encoded = Utf8.GetBytes(text);
        Span<byte> length = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(length, (uint)encoded.Length);
        bytes.Write(length);
        bytes.Write(encoded);
    }

    private static EnvelopeException Invalid(string why) =>
        new(EnvelopeError.ContextInvalid, $"the encryption context is not valid: {why}.");
}
