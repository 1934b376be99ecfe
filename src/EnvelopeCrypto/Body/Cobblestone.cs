using System.Diagnostics;

namespace EnvelopeCrypto.Body;

/// <summary>
/// Sizes and limits of Cobblestone-256 (https://c2sp.org/chunked-encryption), and its one-chunk form for short messages.
/// </summary>
/// <remarks>
/// <code>message = salt(24) || commitment(32) || chunk_0 || chunk_1 || ...</code>
/// A chunk is up to 16,384 bytes of AES-256-GCM ciphertext and its tag. Only the last one is shorter, and it always is,
/// so a message that ends in a full chunk was cut off.
/// </remarks>
internal static class Cobblestone
{
    public const int KeySize = 32;
    public const int SaltSize = 24;
    public const int CommitmentSize = 32;
    public const int PreambleSize = SaltSize + CommitmentSize;
    public const int TagSize = 16;
    public const int PlainChunkSize = 16_384;
    public const int ChunkSize = PlainChunkSize + TagSize;
    public const long MaxChunks = 1L << 38;
    public const long MaxPlaintextLength = (MaxChunks * PlainChunkSize) - 1;

    /// <summary>Bytes of the message that holds <paramref name="plaintextLength"/> bytes.</summary>
    public static long MessageLength(long plaintextLength)
    {
        Debug.Assert(plaintextLength is >= 0 and <= MaxPlaintextLength);
        return PreambleSize + plaintextLength + (((plaintextLength / PlainChunkSize) + 1) * TagSize);
    }

    /// <summary>Bytes of plaintext in a message of that length, or -1 when no whole message has it.</summary>
    public static long PlaintextLength(long messageLength)
    {
        var chunks = messageLength - PreambleSize;
        if (chunks < TagSize || chunks % ChunkSize < TagSize)
            return -1;
        var plain = chunks - (((chunks / ChunkSize) + 1) * TagSize);
        return plain <= MaxPlaintextLength ? plain : -1;
    }

    /// <summary>Encrypts a short text, of less than one full chunk, into a message of its length and 72 bytes.</summary>
    public static byte[] Seal(ReadOnlySpan<byte> key, ReadOnlySpan<byte> context, ReadOnlySpan<byte> plaintext, RandomSource random)
    {
        Debug.Assert(plaintext.Length < PlainChunkSize);
        var message = new byte[PreambleSize + plaintext.Length + TagSize];
        using var messageKey = MessageKey.Create(key, context, random, message.AsSpan(0, PreambleSize));
        using var cipher = messageKey.CreateCipher();
        cipher.Encrypt(0, plaintext, message.AsSpan(PreambleSize));
        return message;
    }

    /// <summary>Decrypts what <see cref="Seal"/> made into <paramref name="plaintext"/>, which has its exact length.</summary>
    /// <returns>False, with nothing written, for a wrong key, a wrong context or one changed bit.</returns>
    public static bool TryOpen(ReadOnlySpan<byte> key, ReadOnlySpan<byte> context, ReadOnlySpan<byte> message, Span<byte> plaintext)
    {
        Debug.Assert(plaintext.Length < PlainChunkSize);
        if (message.Length != PreambleSize + plaintext.Length + TagSize)
            return false;
        using var messageKey = MessageKey.TryOpen(key, context, message[..PreambleSize]);
        if (messageKey is null)
            return false;
        using var cipher = messageKey.CreateCipher();
        return cipher.TryDecrypt(0, message[PreambleSize..], plaintext);
    }
}
