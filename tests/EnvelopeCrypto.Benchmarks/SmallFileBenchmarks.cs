using System.Security.Cryptography;
using BenchmarkDotNet.Attributes;
using EnvelopeCrypto.Files;

namespace EnvelopeCrypto.Benchmarks;

/// <summary>
/// All the work on a file of 4 KiB. Outputs are replaced, for which ext4 waits for the disk: TMPDIR=/dev/shm leaves that out.
/// </summary>
[MemoryDiagnoser]
[InProcess] // The process that it would make and build has this repository's analyzers.
public class SmallFileBenchmarks
{
    private const int Length = 4096;

    private BenchmarkKeyring _keyring = null!;
    private ProtectOperation _protect = null!;
    private UnprotectOperation _unprotect = null!;
    private RewrapOperation _toNew = null!;
    private RewrapOperation _toOld = null!;
    private string _plain = "";
    private string _envelope = "";
    private string _opened = "";
    private bool _isNew;

    // Not async: nobody would wait for it.
    [GlobalSetup]
    public void Prepare()
    {
        _keyring = new BenchmarkKeyring();
        (_plain, _envelope, _opened) = (InFolder("plain"), InFolder("plain.evc"), InFolder("opened"));
        File.WriteAllBytes(_plain, RandomNumberGenerator.GetBytes(Length));
        _protect = new ProtectOperation(_keyring.Session, new ProtectOptions { Keks = [BenchmarkKeyring.Old], Force = true });
        _unprotect = new UnprotectOperation(_keyring.Session, new UnprotectOptions { Force = true });
        _toNew = new RewrapOperation(_keyring.Session, new RewrapOptions { NewKeks = [BenchmarkKeyring.New] });
        _toOld = new RewrapOperation(_keyring.Session, new RewrapOptions { NewKeks = [BenchmarkKeyring.Old] });
        ProtectAsync().GetAwaiter().GetResult();
    }

    [GlobalCleanup]
    public void CleanUp() => _keyring.Dispose();

    [Benchmark]
    public Task<FileResult> ProtectAsync() => _protect.ProtectFileAsync(_plain, _envelope, progress: null, CancellationToken.None);

    [Benchmark]
    public Task<FileResult> UnprotectAsync() => _unprotect.UnprotectFileAsync(_envelope, _opened, progress: null, CancellationToken.None);

    /// <summary>Waits for the disk to have it.</summary>
    [Benchmark]
    public Task<FileResult> RewrapAsync()
    {
        _isNew = !_isNew;
        return (_isNew ? _toNew : _toOld).RewrapFileAsync(_envelope, CancellationToken.None);
    }

    [Benchmark]
    public Task<EnvelopeInfo> InspectAsync() => InspectOperation.InspectFileAsync(_envelope, CancellationToken.None);

    private string InFolder(string name) => Path.Combine(_keyring.Folder, name);
}
