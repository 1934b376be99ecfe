using System.Text;

namespace EnvelopeCrypto.Records;

/// <summary>The rules for the names of fields: 1 to 1,024 bytes of UTF-8, and at most 64 that a token is bound to.</summary>
internal static class FieldNames
{
    public const int MaxLength = 1024;
    public const int MaxBound = 64;

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Names are sorted by their bytes in UTF-8, and none stands twice.</summary>
    public static int Compare(string a, string b) => Utf8.GetBytes(a).AsSpan().SequenceCompareTo(Utf8.GetBytes(b));

    /// <exception cref="EnvelopeException">FieldNameInvalid.</exception>
    public static byte[] BytesOf(string name)
    {
        try
        {
            var bytes = Utf8.GetBytes(name);
            return bytes.Length is > 0 and <= MaxLength
                ? bytes
                : throw Invalid($"a field's name has 1 to {MaxLength} bytes, and this one {bytes.Length}.");
        }
        catch (EncoderFallbackException)
        {
            throw Invalid("a field's name is not sound Unicode.");
        }
    }

    /// <summary>Names as they stand in a message.</summary>
    public static string Show(IReadOnlyCollection<string> names) =>
        names.Count == 0 ? "nothing" : string.Join(", ", names.Select(name => $"'{name}'"));

    public static EnvelopeException Invalid(string why) => new(EnvelopeError.FieldNameInvalid, why);
}
