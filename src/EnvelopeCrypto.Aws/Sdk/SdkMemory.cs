using System.Security.Cryptography;
using EnvelopeCrypto.Aws.Service;
using EnvelopeCrypto.Keys;

namespace EnvelopeCrypto.Aws.Sdk;

/// <summary>Bytes to and from the SDK, which has them in streams.</summary>
internal static class SdkMemory
{
    // No answer about a data key is longer; a stranger's endpoint can send what it likes.
    private const int MaxLength = 64 * 1024;

    /// <summary>
    /// Takes the data key out of an answer and zeroes the answer's copy. What the SDK kept of the text before is beyond reach.
    /// </summary>
    /// <exception cref="EnvelopeException">WrappedKeyInvalid when there are not exactly 32 bytes.</exception>
    public static DataKey TakeDataKey(MemoryStream? plaintext)
    {
        using var stream = plaintext ?? throw KmsCheck.Failed("AWS KMS answered without a data key.");
        Span<byte> bytes = stackalloc byte[DataKey.Size + 1];
        try
        {
            stream.Position = 0;
            var length = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            return stream.Length <= DataKey.Size ? DataKey.FromBytes(bytes[..length]) : throw TooLong(stream.Length);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
            Zero(stream);
        }
    }

    public static byte[] Take(MemoryStream? stream)
    {
        if (stream is null || stream.Length > MaxLength)
            return [];
        using (stream)
            return stream.ToArray();
    }

    public static MemoryStream Of(ReadOnlyMemory<byte> bytes) => new(bytes.ToArray(), writable: false);

    private static EnvelopeException TooLong(long length) =>
        new(EnvelopeError.WrappedKeyInvalid, $"the unwrapped key has {length} bytes instead of {DataKey.Size}.");

    private static void Zero(MemoryStream stream)
    {
        Span<byte> zeros = stackalloc byte[256];
        zeros.Clear();
        stream.Position = 0;
        for (var left = stream.Length; left > 0; left -= zeros.Length)
            stream.Write(zeros[..(int)Math.Min(left, zeros.Length)]);
    }
}
