using System.Collections.Concurrent;
using System.Globalization;
using EnvelopeCrypto.Tests.Files;
using EnvelopeCrypto.Tests.Support;

namespace EnvelopeCrypto.Tests.Safety;

/// <summary>
/// Whole envelopes with random changes are decrypted into files: each is refused with the engine's own error, or holds what it held, and
/// nothing is left of the others. 2,000 of them; <c>ENVELOPECRYPTO_TEST_TAMPERED</c> sets another number.
/// </summary>
public sealed class TamperedEnvelopeTests : IDisposable
{
    private const int Usual = 2000;
    private const int AtOnce = 32; // damaged slots are read again after a while

    private static readonly int Number = int.Parse(
        Environment.GetEnvironmentVariable("ENVELOPECRYPTO_TEST_TAMPERED") ?? $"{Usual}", CultureInfo.InvariantCulture);

    private readonly FileBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task Tampered_envelope_is_refused_or_holds_the_same()
    {
        int[] lengths = [0, 100, 16_384, 40_000];
        var samples = new List<(byte[] Plaintext, byte[] Envelope)>();
        foreach (var length in lengths)
        {
            var plaintext = SampleBytes.Of(length, seed: length + 1);
            samples.Add((plaintext, await File.ReadAllBytesAsync(await _bench.EnvelopeAsync(plaintext, "local:a", "local:b"))));
            File.Delete(_bench.Folder["data.bin.evc"]);
            samples.Add((plaintext, await File.ReadAllBytesAsync(await _bench.PipedEnvelopeAsync(plaintext, "local:a"))));
            File.Delete(_bench.Folder["data.bin.evc"]);
        }
        var (opened, refused, wrong) = (0, new ConcurrentDictionary<EnvelopeError, int>(), new ConcurrentBag<string>());
        var seed = Chance.Seed();
        await Parallel.ForAsync(0, Number, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (i, stop) =>
        {
            var random = new Random(unchecked((seed * 397) ^ i));
            var (plaintext, envelope) = samples[i % samples.Count];
            var changed = envelope;
            for (var changes = random.Next(8) == 0 ? random.Next(2, 6) : 1; changes > 0; changes--)
                changed = Change(random, changed).ApplyTo(changed);
            var (path, output) = (_bench.Folder.Write($"{i}.evc", changed), _bench.Folder[$"{i}"]);
            try
            {
                await _bench.UnprotectAsync(path, output);
                if (!(await File.ReadAllBytesAsync(output, stop)).AsSpan().SequenceEqual(plaintext))
                    wrong.Add($"{i}: other plaintext");
                File.Delete(output);
                Interlocked.Increment(ref opened);
            }
            catch (EnvelopeException failure)
            {
                refused.AddOrUpdate(failure.Error, 1, (_, count) => count + 1);
            }
            catch (Exception failure)
            {
                wrong.Add($"{i}: {failure.GetType().Name} {failure.Message}");
            }
            File.Delete(path);
        });
        Assert.Empty(wrong);
        Assert.Empty(FileBench.NamesIn(_bench.Folder.Path));
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{Number} tampered, {opened} held the same; refused: {string.Join(", ", refused.Select(pair => $"{pair.Key} {pair.Value}"))}");
    }

    private static Mutation Change(Random random, byte[] bytes) => new(
        (MutationKind)random.Next(Enum.GetValues<MutationKind>().Length),
        random.Next(3) switch { 0 => random.Next(40), 1 => random.Next(1000), _ => random.Next(Math.Max(1, bytes.Length)) },
        random.Next(5) == 0 ? random.Next(5, 5000) : random.Next(1, 5),
        (byte)random.Next(1, 256));
}
