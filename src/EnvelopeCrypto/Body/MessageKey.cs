using System.Buffers.Binary;
using System.Diagnostics;
using System.Security.Cryptography;
using EnvelopeCrypto.Primitives;

namespace EnvelopeCrypto.Body;

/// <summary>The key, base nonce and commitment of one message: the key schedule of Cobblestone-256.</summary>
/// <remarks>
/// <code>key(32) || base_nonce(12) || commitment(32) = HKDF-Expand-SHA-512(data key, info, 76)</code>
/// with <c>info = label || 0x00 || salt(24) || context</c>. RFC 5869 wants a pseudorandom key of at least one hash length for
/// Expand, and .NET insists; C2SP gives 32 bytes. HMAC pads a short key with zeros, so the two steps are written out here.
/// </remarks>
internal sealed class MessageKey : IDisposable
{
    /// <summary>Bytes that the key schedule makes; the first 76 count.</summary>
    public const int ExpandedSize = 2 * HMACSHA512.HashSizeInBytes;

    public const int NonceSize = 12;

    private const int LongestOnStack = 1024;
    private static readonly byte[] Label = "c2sp.org/chunked-encryption@v1+AEAD_AES_256_GCM\0"u8.ToArray();

    private readonly SecretBytes _expanded;

    private MessageKey(SecretBytes expanded) => _expanded = expanded;

    public ReadOnlySpan<byte> Commitment => _expanded.Span.Slice(Cobblestone.KeySize + NonceSize, Cobblestone.CommitmentSize);

    private ReadOnlySpan<byte> Key => _expanded.Span[..Cobblestone.KeySize];

    private ReadOnlySpan<byte> BaseNonce => _expanded.Span.Slice(Cobblestone.KeySize, NonceSize);

    /// <summary>The key of a new message: draws a salt and fills the preamble.</summary>
    public static MessageKey Create(ReadOnlySpan<byte> key, ReadOnlySpan<byte> context, RandomSource random, Span<byte> preamble)
    {
        Debug.Assert(preamble.Length == Cobblestone.PreambleSize);
        random(preamble[..Cobblestone.SaltSize]);
        var messageKey = Derive(key, context, preamble[..Cobblestone.SaltSize]);
        messageKey.Commitment.CopyTo(preamble[Cobblestone.SaltSize..]);
        return messageKey;
    }

    public static MessageKey Derive(ReadOnlySpan<byte> key, ReadOnlySpan<byte> context, ReadOnlySpan<byte> salt)
    {
        var expanded = new SecretBytes(ExpandedSize);
        Expand(key, context, salt, expanded.Span);
        return new MessageKey(expanded);
    }

    /// <summary>
    /// The key schedule alone, into 128 bytes that the caller zeroes: key(32), base nonce(12), commitment(32) and a rest.
    /// </summary>
    public static void Expand(ReadOnlySpan<byte> key, ReadOnlySpan<byte> context, ReadOnlySpan<byte> salt, Span<byte> expanded)
    {
        // A key of another length would be padded to the same HMAC key: 32 bytes exactly, or two keys could be one.
        if (key.Length != Cobblestone.KeySize)
        {
            throw new EnvelopeException(
                EnvelopeError.WrappedKeyInvalid, $"a key of {key.Length} bytes, where {Cobblestone.KeySize} are needed.");
        }
        Debug.Assert(salt.Length == Cobblestone.SaltSize && expanded.Length == ExpandedSize);

        // T1 || label || salt || context || counter: all of it is hashed for T2, all but T1 for T1.
        var length = HMACSHA512.HashSizeInBytes + Label.Length + salt.Length + context.Length + 1;
        var input = length <= LongestOnStack ? stackalloc byte[length] : new byte[length];
        var first = input[..HMACSHA512.HashSizeInBytes];
        var info = input[first.Length..];
        Label.CopyTo(info);
        salt.CopyTo(info[Label.Length..]);
        context.CopyTo(info[(Label.Length + salt.Length)..]);
        info[^1] = 1;
        HMACSHA512.HashData(key, info, first);
        first.CopyTo(expanded);
        info[^1] = 2;
        HMACSHA512.HashData(key, input, expanded[first.Length..]);
        CryptographicOperations.ZeroMemory(first);
    }

    /// <summary>The message key, or null when the preamble's commitment is not the one that this key and context make.</summary>
    public static MessageKey? TryOpen(ReadOnlySpan<byte> key, ReadOnlySpan<byte> context, ReadOnlySpan<byte> preamble)
    {
        Debug.Assert(preamble.Length == Cobblestone.PreambleSize);
        var messageKey = Derive(key, context, preamble[..Cobblestone.SaltSize]);
        if (CryptographicOperations.FixedTimeEquals(messageKey.Commitment, preamble[Cobblestone.SaltSize..]))
            return messageKey;
        messageKey.Dispose();
        return null;
    }

    /// <summary>A cipher for one thread; each worker takes its own.</summary>
    public ChunkCipher CreateCipher() => new(Key, BaseNonce);

    public void Dispose() => _expanded.Dispose();

    /// <summary>AES-256-GCM of single chunks. Not for two threads at once.</summary>
    internal sealed class ChunkCipher : IDisposable
    {
        private readonly AesGcm _aes;
        private readonly ulong _nonceTail;
        private readonly byte[] _nonce;

        public ChunkCipher(ReadOnlySpan<byte> key, ReadOnlySpan<byte> baseNonce)
        {
            _aes = new AesGcm(key, Cobblestone.TagSize);
            _nonce = baseNonce.ToArray();
            _nonceTail = BinaryPrimitives.ReadUInt64BigEndian(baseNonce[^8..]);
        }

        /// <summary>Encrypts chunk <paramref name="index"/> into its ciphertext and tag, 16 bytes longer.</summary>
        public void Encrypt(long index, ReadOnlySpan<byte> plaintext, Span<byte> chunk)
        {
            Debug.Assert(chunk.Length == plaintext.Length + Cobblestone.TagSize);
            _aes.Encrypt(NonceOf(index), plaintext, chunk[..plaintext.Length], chunk[plaintext.Length..]);
        }

        /// <summary>Decrypts chunk <paramref name="index"/>; false, and zeros, when it is not the chunk that was written there.</summary>
        public bool TryDecrypt(long index, ReadOnlySpan<byte> chunk, Span<byte> plaintext)
        {
            Debug.Assert(chunk.Length == plaintext.Length + Cobblestone.TagSize);
            try
            {
                _aes.Decrypt(NonceOf(index), chunk[..plaintext.Length], chunk[plaintext.Length..], plaintext);
                return true;
            }
            catch (AuthenticationTagMismatchException)
            {
                return false;
            }
        }

        public void Dispose()
        {
            _aes.Dispose();
            CryptographicOperations.ZeroMemory(_nonce);
        }

        // An index has at most 38 bits, so base_nonce XOR index touches only the last eight bytes.
        private byte[] NonceOf(long index)
        {
            Debug.Assert(index is >= 0 and < Cobblestone.MaxChunks);
            BinaryPrimitives.WriteUInt64BigEndian(_nonce.AsSpan(4), _nonceTail ^ (ulong)index);
            return _nonce;
        }
    }
}
