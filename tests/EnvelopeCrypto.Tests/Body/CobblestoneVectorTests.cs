using System.Security.Cryptography;
using EnvelopeCrypto.Body;
using EnvelopeCrypto.Tests.Support;

namespace EnvelopeCrypto.Tests.Body;

/// <summary>Every case of Wycheproof's file, through every way to read a message.</summary>
public sealed class CobblestoneVectorTests
{
    public static TheoryData<int> Ids => [.. Enumerable.Range(1, CobblestoneVector.Count)];

    [Fact]
    public void All_vectors_are_there() =>
        Assert.Equal(Enumerable.Range(1, CobblestoneVector.Count), CobblestoneVector.All().Keys.Order());

    [Theory]
    [MemberData(nameof(Ids))]
    public void Streaming_reader_agrees(int id)
    {
        var vector = CobblestoneVector.All()[id];
        RequireStreamingVerdict(vector, new MemoryStream(vector.Message));
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void Streaming_reader_agrees_when_bytes_come_one_at_a_time(int id)
    {
        var vector = CobblestoneVector.All()[id];
        RequireStreamingVerdict(vector, new OneByteStream(new MemoryStream(vector.Message)));
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void Copying_agrees(int id)
    {
        var vector = CobblestoneVector.All()[id];
        using var output = new MemoryStream();
        var failure = Record.Exception(() =>
        {
            using var reader = CobblestoneReader.Open(new MemoryStream(vector.Message), vector.Key, vector.Context);
            reader.CopyTo(output, progress: null, CancellationToken.None);
        });

        RequireVerdict(vector, failure);
        if (vector.IsValid)
            RequireSoundPlaintext(vector, output.ToArray());
        else
            Assert.InRange(output.Length, 0, vector.SoundLength);
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void Copy_agrees_from_file_to_file(int id) => RequireCopyAgrees(CobblestoneVector.All()[id], file: true);

    [Theory]
    [MemberData(nameof(Ids))]
    public void Copy_agrees_from_pipe_to_pipe(int id) => RequireCopyAgrees(CobblestoneVector.All()[id], file: false);

    [Theory]
    [MemberData(nameof(Ids))]
    public void Random_access_reader_agrees(int id)
    {
        var vector = CobblestoneVector.All()[id];
        var furthest = 0L;
        CobblestoneRandomReader? reader = null;
        var failure = Record.Exception(
            () => reader = new CobblestoneRandomReader(Read, 0, vector.Message.Length, vector.Key, vector.Context));
        if (vector.Flags.Contains("HeaderFailure"))
            Assert.InRange(furthest, 0, Cobblestone.PreambleSize);
        if (!vector.IsValid && !vector.Flags.Contains("ValidFinalChunk"))
            Assert.NotNull(failure); // the length is proven before a byte can be asked for

        using (reader)
        {
            var plain = new List<byte>();
            if (reader is not null)
                failure = Record.Exception(() => ReadAll(reader, plain));
            RequireVerdict(vector, failure);
            if (vector.IsValid)
                RequireSoundPlaintext(vector, plain.ToArray());
            else
                Assert.InRange(plain.Count, 0, vector.SoundLength);
        }

        int Read(long offset, Span<byte> destination)
        {
            furthest = Math.Max(furthest, offset + destination.Length);
            return PositionedBytes.Of(vector.Message)(offset, destination);
        }
    }

    // The chunks' key never leaves MessageKey, so the answer is known by what it makes: the commitment, and chunks.
    [Theory]
    [MemberData(nameof(Ids))]
    public void Key_schedule_agrees(int id)
    {
        var vector = CobblestoneVector.All()[id];
        if (vector.ChunkKey is null)
        {
            Assert.Contains("HeaderFailure", vector.Flags);
            return;
        }
        using var messageKey = MessageKey.Derive(vector.Key, vector.Context, vector.Message.AsSpan(0, Cobblestone.SaltSize));
        Assert.Equal(vector.Message[Cobblestone.SaltSize..Cobblestone.PreambleSize], messageKey.Commitment.ToArray());

        using var cipher = messageKey.CreateCipher();
        using var aes = new AesGcm(vector.ChunkKey, Cobblestone.TagSize);
        var plain = SampleBytes.Of(100);
        foreach (var index in new[] { 0, 1, 255, 256, 65_536, (1L << 32) + 7, Cobblestone.MaxChunks - 1 })
        {
            var expected = new byte[plain.Length + Cobblestone.TagSize];
            aes.Encrypt(NonceOf(vector.BaseNonce!, index), plain, expected.AsSpan(0, plain.Length), expected.AsSpan(plain.Length));
            var chunk = new byte[expected.Length];
            cipher.Encrypt(index, plain, chunk);
            Assert.Equal(expected, chunk);
        }
    }

    private static void RequireStreamingVerdict(CobblestoneVector vector, Stream message)
    {
        using var given = new MemoryStream();
        CobblestoneReader? reader = null;
        var failure = Record.Exception(() => reader = CobblestoneReader.Open(message, vector.Key, vector.Context));
        if (vector.Flags.Contains("HeaderFailure"))
            Assert.NotNull(failure);

        using (reader)
        {
            if (reader is not null)
                failure = Record.Exception(() => CopyInPieces(reader, given));
            RequireVerdict(vector, failure);
            // Every chunk that stands before the first bad one is given, and nothing else.
            if (vector.IsValid || vector.Flags.Contains("PartialPlaintext"))
                RequireSoundPlaintext(vector, given.ToArray());
            else
                Assert.Equal(0, given.Length);
            if (reader is null || vector.IsValid)
                return;

            var first = Assert.IsType<EnvelopeException>(failure);
            for (var i = 0; i < 3; i++)
                Refused.As(first.Error, () => reader.Read(new byte[1]));
            Refused.As(first.Error, () => reader.CopyTo(output: null, progress: null, CancellationToken.None));
        }
    }

    private static void RequireCopyAgrees(CobblestoneVector vector, bool file)
    {
        using var output = ParallelCopyBench.Output(file);
        var failure = Record.Exception(() =>
        {
            var input = ParallelCopyBench.Input(vector.Message, file);
            var preamble = CobblestoneReader.ReadPreamble(input);
            using var key = MessageKey.TryOpen(vector.Key, vector.Context, preamble)
                ?? throw new EnvelopeException(EnvelopeError.CommitmentMismatch, "");
            ParallelCopy.ToOpen(input, output, key, new CopyWorkers(4)).Run(progress: null, CancellationToken.None);
        });
        RequireVerdict(vector, failure);
        if (vector.IsValid || vector.Flags.Contains("PartialPlaintext"))
            RequireSoundPlaintext(vector, ParallelCopyBench.BytesOf(output));
        else
            Assert.Equal(0, output.Length);
    }

    private static void RequireVerdict(CobblestoneVector vector, Exception? failure)
    {
        if (vector.IsValid)
        {
            Assert.Null(failure);
            return;
        }
        var error = Assert.IsType<EnvelopeException>(failure).Error;
        if (vector.Flags.Contains("InvalidKeySize"))
            Assert.Equal(EnvelopeError.WrappedKeyInvalid, error);
        else if (vector.Message.Length < Cobblestone.PreambleSize)
            Assert.Equal(EnvelopeError.BodyTruncated, error);
        else if (vector.Flags.Contains("HeaderFailure"))
            Assert.Equal(EnvelopeError.CommitmentMismatch, error);
        else
            Assert.True(error is EnvelopeError.BodyDamaged or EnvelopeError.BodyTruncated);
    }

    private static void RequireSoundPlaintext(CobblestoneVector vector, byte[] plain)
    {
        Assert.Equal(vector.SoundLength, plain.Length);
        Assert.Equal(vector.SoundSha512, SHA512.HashData(plain));
    }

    private static void CopyInPieces(CobblestoneReader reader, MemoryStream output)
    {
        var piece = new byte[10_007];
        while (reader.Read(piece) is > 0 and var count)
            output.Write(piece, 0, count);
    }

    private static void ReadAll(CobblestoneRandomReader reader, List<byte> plain)
    {
        var piece = new byte[10_007];
        while (reader.Read(plain.Count, piece) is > 0 and var count)
            plain.AddRange(piece.AsSpan(0, count));
    }

    private static byte[] NonceOf(byte[] baseNonce, long index)
    {
        var nonce = (byte[])baseNonce.Clone();
        for (var i = nonce.Length - 1; index > 0; i--, index >>= 8)
            nonce[i] ^= (byte)index;
        return nonce;
    }
}
