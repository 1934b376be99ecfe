using EnvelopeCrypto.Batches;
using EnvelopeCrypto.Disk;
using EnvelopeCrypto.Files;
using EnvelopeCrypto.Keys;
using EnvelopeCrypto.Keys.Local;
using EnvelopeCrypto.Tests.Keys.Local;
using EnvelopeCrypto.Tests.Support;

namespace EnvelopeCrypto.Tests.Batches;

/// <summary>A folder for trees, a KEK without a passphrase, and runs over trees as the tool makes them.</summary>
internal sealed class TreeBench : IDisposable
{
    public const string Kek = "local:trees";

    private readonly KeyringPlace _place = new();
    private readonly LocalKeyring _keyring;

    public TreeBench()
    {
        _keyring = _place.Open();
        _keyring.Create("trees", KekProtection.Unprotected);
    }

    public TreeFolder Folder { get; } = new();

    public string this[string name] => Folder[name];

    public LocalKeyring Keyring => _keyring;

    public string Write(string name, string content = "hello") => Folder.Write(name, content);

    public KekSession Session(params IKekProvider[] more) => new([new LocalKekProvider(_keyring, new RecordedNotices()), .. more], []);

    /// <summary>Protects a path, below <paramref name="to"/> when it is given, else in place.</summary>
    public List<BatchOutcome<FileResult>> Protect(
        string path, string? to = null, ProtectOptions? how = null, SourceSelection? which = null, BatchOptions? batch = null) =>
        Protect([path], to, how, which, batch);

    public List<BatchOutcome<FileResult>> Protect(
        IEnumerable<string> paths, string? to = null, ProtectOptions? how = null, SourceSelection? which = null, BatchOptions? batch = null)
    {
        using var session = Session();
        var operation = new ProtectOperation(
            session, (how ?? ProtectOptions()) with { Keks = [KekReference.Parse(Kek)] }, PatientTime.Instance, FileSystem.Default);
        return Run(
            paths,
            (which ?? new SourceSelection { Recurse = true }) with { Destination = to },
            (batch ?? new BatchOptions()) with
            {
                OutputFor = OutputBelow(to, EnvelopeName.ForEnvelope),
                Destination = to,
                Prepare = operation.PrepareAsync,
            },
            (item, stop) => operation.ProtectFileAsync(item.Entry.Place, item.Target!, progress: null, stop));
    }

    public List<BatchOutcome<FileResult>> Unprotect(
        string path, string? to = null, UnprotectOptions? how = null, SourceSelection? which = null, BatchOptions? batch = null)
    {
        using var session = Session();
        var operation = new UnprotectOperation(session, how ?? new UnprotectOptions());
        var rename = how is { RestoreName: true } ? name => name : (Func<string, string>)EnvelopeName.ForPlaintext;
        return Run(
            [path],
            (which ?? new SourceSelection { Recurse = true }) with { Destination = to, EnvelopesOnly = true },
            (batch ?? new BatchOptions()) with { OutputFor = OutputBelow(to, rename), Destination = to, FolderMode = RestoredFolders.Mode },
            (item, stop) => operation.UnprotectFileAsync(item.Entry.Place, item.Target!, progress: null, stop, output => item.Claim(item.Entry, output)));
    }

    public List<BatchOutcome<FileResult>> Rewrap(string path, string newKek)
    {
        using var session = Session();
        var operation = new RewrapOperation(
            session, new RewrapOptions { NewKeks = [KekReference.Parse(newKek)] }, PatientTime.Instance, FileSystem.Default);
        return Run(
            [path],
            new SourceSelection { Recurse = true, EnvelopesOnly = true },
            new BatchOptions { Prepare = operation.PrepareAsync },
            (item, stop) => operation.RewrapFileAsync(item.Entry.Place, stop));
    }

    public static ProtectOptions ProtectOptions() => new() { Keks = [KekReference.Parse(Kek)] };

    public static List<BatchOutcome<TResult>> Run<TResult>(
        IEnumerable<string> paths, SourceSelection which, BatchOptions how, Func<BatchItem, CancellationToken, Task<TResult>> work)
        where TResult : class
    {
        var outcomes = new List<BatchOutcome<TResult>>();
        using var tree = new SourceTree(which);
        using var batch = new Batch<TResult>(how, work, CancellationToken.None);
        foreach (var entry in paths.SelectMany(path => tree.Find(path)))
        {
            batch.Offer(entry);
            while (batch.TryTake(out var outcome))
                outcomes.Add(outcome);
        }
        outcomes.AddRange(batch.Complete());
        return outcomes;
    }

    public void Dispose()
    {
        Folder.Dispose();
        _place.Dispose();
    }

    private static Func<SourceEntry, string> OutputBelow(string? to, Func<string, string> rename) =>
        entry => rename(to is null ? entry.Path : Path.Combine(to, entry.RelativePath));
}
