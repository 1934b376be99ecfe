namespace EnvelopeCrypto.Body;

/// <summary>Chunks that are worked on together: enough that the system is called seldom, few enough that caches still hold them.</summary>
internal static class ChunkBatch
{
    public const int Chunks = 64;
    public const int PlainSize = Chunks * Cobblestone.PlainChunkSize;
    public const int SealedSize = Chunks * Cobblestone.ChunkSize;

    public static EnvelopeException TooLong() =>
        new(EnvelopeError.BodyTooLong, $"more than {Cobblestone.MaxPlaintextLength} bytes cannot be one envelope.");

    /// <summary>Encrypts full chunks and, at the end of a message, what is left as the last chunk.</summary>
    /// <returns>Bytes of <paramref name="chunks"/> that were written.</returns>
    /// <exception cref="EnvelopeException">BodyTooLong.</exception>
    public static int Seal(MessageKey.ChunkCipher cipher, long firstChunk, ReadOnlySpan<byte> plain, Span<byte> chunks, bool last)
    {
        var (full, rest) = Math.DivRem(plain.Length, Cobblestone.PlainChunkSize);
        if (firstChunk + full + (last ? 1 : 0) > Cobblestone.MaxChunks)
            throw TooLong();
        for (var i = 0; i < full; i++)
        {
            var chunk = chunks.Slice(i * Cobblestone.ChunkSize, Cobblestone.ChunkSize);
            cipher.Encrypt(firstChunk + i, plain.Slice(i * Cobblestone.PlainChunkSize, Cobblestone.PlainChunkSize), chunk);
        }
        var size = full * Cobblestone.ChunkSize;
        // chunks: the full ones
        if (!last)
            return size;
        cipher.Encrypt(firstChunk + full, plain[^rest..], chunks.Slice(size, rest + Cobblestone.TagSize));
        // chunks: the full ones and, at the end, the short one
        return size + rest + Cobblestone.TagSize;
    }

    /// <summary>Decrypts chunks up to the first that is not what was written there.</summary>
    /// <param name="cipher">This thread's.</param>
    /// <param name="firstChunk">The number of the first of them.</param>
    /// <param name="chunks">Full chunks and, at the end of a message, the short one.</param>
    /// <param name="plain">Gets the plaintext.</param>
    /// <param name="last">Whether the message ends here.</param>
    /// <param name="opened">Bytes of plaintext that were verified.</param>
    /// <returns>What is wrong with the chunk after them, BodyDamaged, BodyTruncated or BodyTooLong; null when all are sound.</returns>
    public static EnvelopeException? Open(
        MessageKey.ChunkCipher cipher, long firstChunk, ReadOnlySpan<byte> chunks, Span<byte> plain, bool last, out int opened)
    {
        opened = 0;
        for (var index = firstChunk; !chunks.IsEmpty || last; index++)
        {
            var chunk = chunks[..Math.Min(Cobblestone.ChunkSize, chunks.Length)];
            if (chunk.Length < Cobblestone.TagSize)
                return new EnvelopeException(EnvelopeError.BodyTruncated, $"the body is cut off in or before chunk {index}.");
            if (index >= Cobblestone.MaxChunks)
                return new EnvelopeException(EnvelopeError.BodyTooLong, "the body has more chunks than the format allows.");
            var length = chunk.Length - Cobblestone.TagSize;
            if (!cipher.TryDecrypt(index, chunk, plain.Slice(opened, length)))
                return Damaged(index, last: chunk.Length < Cobblestone.ChunkSize);
            opened += length;
            // plain: every chunk up to this one, verified
            if (chunk.Length < Cobblestone.ChunkSize)
                break;
            chunks = chunks[chunk.Length..];
        }
        return null;
    }

    public static EnvelopeException Damaged(long chunk, bool last) => new(
        EnvelopeError.BodyDamaged,
        $"chunk {chunk} of the body is damaged{(last ? ", or the file is cut off there" : "")}.");
}
