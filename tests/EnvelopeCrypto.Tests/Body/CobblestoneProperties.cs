using EnvelopeCrypto.Body;
using EnvelopeCrypto.Tests.Support;
using FsCheck;
using FsCheck.Fluent;

namespace EnvelopeCrypto.Tests.Body;

public sealed class CobblestoneProperties
{
    [Fact]
    public void Any_plaintext_in_any_pieces_reads_back_in_any_ranges() => Prop.ForAll(Cases().ToArbitrary(), input =>
    {
        var plaintext = SampleBytes.Of(input.Length, input.Seed);
        using var written = new MemoryStream();
        using (var writer = new CobblestoneWriter(written, SampleBytes.Key(), [1, 2, 3], SampleBytes.Repeating(input.Seed)))
        {
            foreach (var piece in InPieces(input.Length, input.Pieces))
                writer.Write(plaintext.AsSpan(piece));
            writer.Complete();
        }
        var message = written.ToArray();
        Assert.Equal(Cobblestone.MessageLength(input.Length), message.Length);

        using var reader = CobblestoneReader.Open(new MemoryStream(message), SampleBytes.Key(), [1, 2, 3]);
        using var random = new CobblestoneRandomReader(PositionedBytes.Of(message), 0, message.Length, SampleBytes.Key(), [1, 2, 3]);
        foreach (var piece in InPieces(input.Length, [.. Enumerable.Reverse(input.Pieces)]))
        {
            var (start, length) = piece.GetOffsetAndLength(input.Length);
            var read = new byte[length];
            for (var done = 0; done < length;)
                done += Positive(reader.Read(read.AsSpan(done)));
            Assert.True(read.AsSpan().SequenceEqual(plaintext.AsSpan(piece)));

            Array.Clear(read);
            for (var done = 0; done < length;)
                done += Positive(random.Read(start + done, read.AsSpan(done)));
            Assert.True(read.AsSpan().SequenceEqual(plaintext.AsSpan(piece)));
        }
        Assert.Equal(0, reader.Read(new byte[1]));
    }).Holds(times: 100);

    [Fact]
    public void Changed_message_is_refused_and_gives_nothing_but_its_own_beginning() => Prop.ForAll(
        Generate.Length(mostChunks: 4).ToArbitrary(),
        Generate.Mutations().ToArbitrary(),
        (length, mutations) =>
        {
            var sample = SampleMessage.Of(length);
            var bytes = mutations.Aggregate(sample.Bytes, (changed, mutation) => mutation.ApplyTo(changed));
            if (bytes.AsSpan().SequenceEqual(sample.Bytes))
                return;

            using var given = new MemoryStream();
            Assert.Throws<EnvelopeException>(() =>
            {
                using var reader = sample.Open(bytes);
                reader.CopyTo(given, progress: null, CancellationToken.None);
            });
            Assert.True(given.Length <= length && given.ToArray().AsSpan().SequenceEqual(sample.Plaintext.AsSpan(0, (int)given.Length)));
            Assert.Throws<EnvelopeException>(() =>
            {
                using var reader = sample.OpenRandom(bytes);
                for (var at = 0L; at < reader.Length; at += Cobblestone.PlainChunkSize)
                    reader.Read(at, new byte[1]);
            });
        }).Holds(times: 500);

    private static Gen<Case> Cases() =>
        from length in Generate.Length(mostChunks: 130)
        from seed in Gen.Choose(0, int.MaxValue)
        from pieces in Gen.NonEmptyListOf(Gen.OneOf(Gen.Choose(1, 100), Gen.Choose(1, 40_000), Gen.Choose(1, 3_000_000)))
        select new Case(length, seed, [.. pieces]);

    // The sizes are gone through again and again; small ones are grown, so that a large text takes few pieces.
    private static IEnumerable<Range> InPieces(int length, int[] sizes)
    {
        for (var (start, i) = (0, 0); start < length; i++)
        {
            var end = (int)Math.Min((long)start + Math.Max(sizes[i % sizes.Length], length / 500), length);
            yield return start..end;
            start = end;
        }
    }

    private static int Positive(int count)
    {
        Assert.NotEqual(0, count);
        return count;
    }

    private sealed record Case(int Length, int Seed, int[] Pieces)
    {
        public override string ToString() => $"{Length} bytes of seed {Seed} in pieces of {string.Join(", ", Pieces)}";
    }
}
