using System.Diagnostics;
using System.Security.Cryptography;
using EnvelopeCrypto.Primitives;

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
        var salt = message.AsSpan(0, SaltSize);
        // On the stack: records need a key schedule each, by the hundred thousand.
        Span<byte> expanded = stackalloc byte[MessageKey.ExpandedSize];
        try
        {
            random(salt);
            MessageKey.Expand(key, context, salt, expanded);
            CommitmentOf(expanded).CopyTo(message.AsSpan(SaltSize));
            using var cipher = new AesGcm(expanded[..KeySize], TagSize);
            var chunk = message.AsSpan(PreambleSize);
            cipher.Encrypt(NonceOf(expanded), plaintext, chunk[..plaintext.Length], chunk[plaintext.Length..]);
            return message;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(expanded);
        }
    }

    /// <summary>Decrypts what <see cref="Seal"/> made into <paramref name="plaintext"/>, which has its exact length.</summary>
    /// <returns>False, with nothing written, for a wrong key, a wrong context or one changed bit.</returns>
    public static bool TryOpen(ReadOnlySpan<byte> key, ReadOnlySpan<byte> context, ReadOnlySpan<byte> message, Span<byte> plaintext)
    {
        Debug.Assert(plaintext.Length < PlainChunkSize);
        if (message.Length != PreambleSize + plaintext.Length + TagSize)
            return false;
        Span<byte> expanded = stackalloc byte[MessageKey.ExpandedSize];
        try
        {
            MessageKey.Expand(key, context, message[..SaltSize], expanded);
            if (!CryptographicOperations.FixedTimeEquals(CommitmentOf(expanded), message[SaltSize..PreambleSize]))
                return false;
            using var cipher = new AesGcm(expanded[..KeySize], TagSize);
            var chunk = message[PreambleSize..];
            cipher.Decrypt(NonceOf(expanded), chunk[..plaintext.Length], chunk[plaintext.Length..], plaintext);
            return true;
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(expanded);
        }
    }

    /// <summary>Whether a message was made with this key and context, as far as its first 56 bytes tell.</summary>
    public static bool Commits(ReadOnlySpan<byte> key, ReadOnlySpan<byte> context, ReadOnlySpan<byte> preamble)
    {
        Debug.Assert(preamble.Length == PreambleSize);
        Span<byte> expanded = stackalloc byte[MessageKey.ExpandedSize];
        try
        {
            MessageKey.Expand(key, context, preamble[..SaltSize], expanded);
            return CryptographicOperations.FixedTimeEquals(CommitmentOf(expanded), preamble[SaltSize..]);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(expanded);
        }
    }

    private static ReadOnlySpan<byte> CommitmentOf(ReadOnlySpan<byte> expanded) =>
        expanded.Slice(KeySize + MessageKey.NonceSize, CommitmentSize);

    // The nonce of chunk 0 is the base nonce itself.
    private static ReadOnlySpan<byte> NonceOf(ReadOnlySpan<byte> expanded) => expanded.Slice(KeySize, MessageKey.NonceSize);
}
