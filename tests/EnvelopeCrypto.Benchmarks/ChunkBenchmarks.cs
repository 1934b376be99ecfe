using System.Security.Cryptography;
using BenchmarkDotNet.Attributes;
using EnvelopeCrypto.Body;

namespace EnvelopeCrypto.Benchmarks;

/// <summary>The hot loop: chunks of 16 KiB, alone and as the batches that a parallel copy works on.</summary>
[MemoryDiagnoser]
[InProcess] // The process that it would make and build has this repository's analyzers.
public class ChunkBenchmarks
{
    private readonly byte[] _plain = RandomNumberGenerator.GetBytes(ChunkBatch.PlainSize);
    private readonly byte[] _sealed = new byte[ChunkBatch.SealedSize];
    private readonly byte[] _opened = new byte[ChunkBatch.PlainSize];
    private MessageKey _key = null!;
    private MessageKey.ChunkCipher _cipher = null!;

    [GlobalSetup]
    public void Prepare()
    {
        Span<byte> preamble = stackalloc byte[Cobblestone.PreambleSize];
        _key = MessageKey.Create(RandomNumberGenerator.GetBytes(Cobblestone.KeySize), "benchmark"u8, RandomNumberGenerator.Fill, preamble);
        _cipher = _key.CreateCipher();
        ChunkBatch.Seal(_cipher, 0, _plain, _sealed, last: false);
    }

    [GlobalCleanup]
    public void CleanUp()
    {
        _cipher.Dispose();
        _key.Dispose();
    }

    [Benchmark]
    public void SealChunk() => _cipher.Encrypt(0, _plain.AsSpan(0, Cobblestone.PlainChunkSize), _sealed.AsSpan(0, Cobblestone.ChunkSize));

    [Benchmark]
    public bool OpenChunk() =>
        _cipher.TryDecrypt(0, _sealed.AsSpan(0, Cobblestone.ChunkSize), _opened.AsSpan(0, Cobblestone.PlainChunkSize));

    /// <summary>1 MiB.</summary>
    [Benchmark]
    public int SealBatch() => ChunkBatch.Seal(_cipher, 0, _plain, _sealed, last: false);
}
