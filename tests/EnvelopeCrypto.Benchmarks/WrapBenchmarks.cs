using BenchmarkDotNet.Attributes;
using EnvelopeCrypto.Format;
using EnvelopeCrypto.Keys;

namespace EnvelopeCrypto.Benchmarks;

/// <summary>A data key wrapped and unwrapped by a KEK of the keyring that is open already.</summary>
[MemoryDiagnoser]
[InProcess] // The process that it would make and build has this repository's analyzers.
public class WrapBenchmarks
{
    private readonly DataKey _dataKey = DataKey.Generate();
    private BenchmarkKeyring _keyring = null!;
    private IKek _kek = null!;
    private Recipient _recipient = null!;

    // Not async: nobody would wait for it.
    [GlobalSetup]
    public void Prepare()
    {
        _keyring = new BenchmarkKeyring();
        _kek = _keyring.Session.OpenAsync([BenchmarkKeyring.Old], CancellationToken.None).AsTask().GetAwaiter().GetResult()[0];
        _recipient = WrapAsync().AsTask().GetAwaiter().GetResult();
    }

    [GlobalCleanup]
    public void CleanUp()
    {
        _keyring.Dispose();
        _dataKey.Dispose();
    }

    [Benchmark]
    public ValueTask<Recipient> WrapAsync() => _kek.WrapAsync(_dataKey, EncryptionContext.Empty, CancellationToken.None);

    [Benchmark]
    public async Task UnwrapAsync()
    {
        using var opened = await _keyring.Session.UnwrapAsync(
            [_recipient], new KeySubject(EncryptionContext.Empty), _ => true, CancellationToken.None);
    }
}
