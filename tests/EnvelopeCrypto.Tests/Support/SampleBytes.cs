using EnvelopeCrypto.Primitives;

namespace EnvelopeCrypto.Tests.Support;

/// <summary>Bytes that look random and are the same in every run.</summary>
internal static class SampleBytes
{
    public static byte[] Of(int length, int seed = 1)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    /// <summary>A 32-byte key; each seed makes another.</summary>
    public static byte[] Key(int seed = 1) => Of(32, 1_000_000 + seed);

    /// <summary>A source of randomness that repeats itself, for known answers.</summary>
    public static RandomSource Repeating(int seed = 1)
    {
        var random = new Random(seed);
        return random.NextBytes;
    }
}
