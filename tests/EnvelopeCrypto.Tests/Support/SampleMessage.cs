using EnvelopeCrypto.Body;
using EnvelopeCrypto.Primitives;

namespace EnvelopeCrypto.Tests.Support;

/// <summary>A Cobblestone-256 message with all that made it.</summary>
internal sealed record SampleMessage(byte[] Key, byte[] Context, byte[] Plaintext, byte[] Bytes)
{
    /// <summary>A message of so many bytes of plaintext.</summary>
    public static SampleMessage Of(int length)
    {
        var (key, context, plaintext) = (SampleBytes.Key(), "sample context"u8.ToArray(), SampleBytes.Of(length));
        return new SampleMessage(key, context, plaintext, Write(key, context, plaintext));
    }

    /// <summary>A message of so many full chunks and a last one of <paramref name="rest"/> bytes.</summary>
    public static SampleMessage OfChunks(int fullChunks, int rest) => Of((fullChunks * Cobblestone.PlainChunkSize) + rest);

    /// <summary>Chunks, the short last one too.</summary>
    public int ChunkCount => (Plaintext.Length / Cobblestone.PlainChunkSize) + 1;

    /// <summary>Where a chunk begins in <see cref="Bytes"/>; with its own count, where it ends.</summary>
    public int OffsetOf(int chunk) => Math.Min(Cobblestone.PreambleSize + (chunk * Cobblestone.ChunkSize), Bytes.Length);

    public ReadOnlySpan<byte> Chunk(int index) => Bytes.AsSpan(OffsetOf(index)..OffsetOf(index + 1));

    public CobblestoneReader Open(byte[] bytes) => CobblestoneReader.Open(new MemoryStream(bytes), Key, Context);

    public CobblestoneRandomReader OpenRandom(byte[] bytes) => new(PositionedBytes.Of(bytes), 0, bytes.Length, Key, Context);

    /// <summary>A writer for a message like <see cref="Of"/> makes it, not yet written.</summary>
    public static CobblestoneWriter NewWriter(Stream output)
    {
        var sample = Of(0);
        return new CobblestoneWriter(output, sample.Key, sample.Context, SampleBytes.Repeating());
    }

    public static byte[] Write(byte[] key, byte[] context, byte[] plaintext, RandomSource? random = null)
    {
        using var output = new MemoryStream();
        using var writer = new CobblestoneWriter(output, key, context, random ?? SampleBytes.Repeating());
        writer.Write(plaintext);
        writer.Complete();
        return output.ToArray();
    }
}
