using System.Security.Cryptography;
using BenchmarkDotNet.Attributes;
using EnvelopeCrypto.Format;

namespace EnvelopeCrypto.Benchmarks;

/// <summary>Headers in memory, with one recipient and sealed metadata as most files have them.</summary>
[MemoryDiagnoser]
[InProcess] // The process that it would make and build has this repository's analyzers.
public class HeaderBenchmarks
{
    private const int MetadataLength = 160;

    private readonly ProtectedHeader _protected = new()
    {
        Type = EnvelopeType.File,
        Context = EncryptionContext.Create([KeyValuePair.Create("purpose", "backup")]),
        IssuedAt = 1_795_284_000,
        Metadata = RandomNumberGenerator.GetBytes(MetadataLength),
    };

    private readonly Recipient[] _recipients =
    [
        new()
        {
            Algorithm = RecipientAlgorithm.Local,
            Kid = RecipientGrammar.LocalKidOf("backup", 1, RandomNumberGenerator.GetBytes(RecipientGrammar.KeyIdSize)),
            IssuedAt = 1_795_284_000,
            WrappedKey = RandomNumberGenerator.GetBytes(RecipientGrammar.SealedKeyLength),
        },
    ];

    private byte[] _bytes = [];

    /// <summary>One for small files, two for large ones.</summary>
    [Params(1, 2)]
    public int Slots { get; set; }

    [GlobalSetup]
    public void Prepare() => _bytes = EnvelopeHeader.Create(_protected, _recipients, Slots).Bytes.ToArray();

    [Benchmark]
    public int Parse()
    {
        using var input = new MemoryStream(_bytes, writable: false);
        return EnvelopeHeader.Read(input).Recipients.Count;
    }

    [Benchmark]
    public int Write() => EnvelopeHeader.Create(_protected, _recipients, Slots).Bytes.Length;
}
