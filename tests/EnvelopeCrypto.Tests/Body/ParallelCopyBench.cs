using EnvelopeCrypto.Body;
using EnvelopeCrypto.Tests.Support;

namespace EnvelopeCrypto.Tests.Body;

/// <summary>A message, and parallel copies that make it and open it. There are workers for every batch, whatever machine this is.</summary>
internal sealed class ParallelCopyBench(int length)
{
    public const int PlainBatch = ChunkBatch.PlainSize;
    public const int SealedBatch = ChunkBatch.SealedSize;

    public SampleMessage Sample { get; } = SampleMessage.Of(length);

    public CopyWorkers Workers { get; init; } = new(8);

    public List<int> Progress { get; } = [];

    /// <summary>Encrypts all that is in the input behind a preamble.</summary>
    public long Seal(Stream input, Stream output, Action<int>? progress = null, CancellationToken cancellationToken = default)
    {
        var preamble = new byte[Cobblestone.PreambleSize];
        using var key = MessageKey.Create(Sample.Key, Sample.Context, SampleBytes.Repeating(), preamble);
        output.Write(preamble);
        return ParallelCopy.ToSeal(input, Sample.Plaintext.Length, output, key, Workers).Run(progress ?? Progress.Add, cancellationToken);
    }

    /// <summary>Decrypts a message from its beginning.</summary>
    public long Open(Stream input, Stream? output, Action<int>? progress = null, CancellationToken cancellationToken = default)
    {
        using var key = MessageKey.TryOpen(Sample.Key, Sample.Context, CobblestoneReader.ReadPreamble(input))!;
        return ParallelCopy.ToOpen(input, output, key, Workers).Run(progress ?? Progress.Add, cancellationToken);
    }

    /// <summary>The message with one bit changed in each of some chunks.</summary>
    public byte[] Damaged(params int[] chunks)
    {
        var bytes = (byte[])Sample.Bytes.Clone();
        foreach (var chunk in chunks)
            bytes[Sample.OffsetOf(chunk)] ^= 1;
        return bytes;
    }

    /// <summary>The batch that a read of the message at this offset begins.</summary>
    public static long SealedBatchAt(long offset) => (offset - Cobblestone.PreambleSize) / SealedBatch;

    public static Stream Input(byte[] bytes, bool file) => file ? new PositionedSource(bytes) : new MemoryStream(bytes);

    public static Stream Output(bool file) => file ? new PositionedTarget() : new MemoryStream();

    public static byte[] BytesOf(Stream output) => output is PositionedTarget file ? file.ToArray() : ((MemoryStream)output).ToArray();
}
