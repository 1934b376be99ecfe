using EnvelopeCrypto.Batches;
using EnvelopeCrypto.Disk;
using EnvelopeCrypto.Files;
using EnvelopeCrypto.Format;
using EnvelopeCrypto.Tests.Files;
using EnvelopeCrypto.Tests.Support;

namespace EnvelopeCrypto.Tests.Safety;

/// <summary>
/// Some files, a work on them, what must hold whenever and however that work is cut off, and the next run, which finishes it.
/// </summary>
internal sealed class SafetyScene : IDisposable
{
    public const string Old = "local:old";
    public const string New = "local:new";

    private readonly FileBench _bench = new();
    private readonly List<byte[]> _contents = [];
    private readonly List<string> _oldWraps = [];

    public SafetyScene(SafetyWork work)
    {
        Work = work;
        _bench.Keks(Old, New);
    }

    public SafetyWork Work { get; }

    public string Folder => _bench.Folder.Path;

    public string KeyringHome => Path.GetDirectoryName(_bench.Keyring.Folder)!;

    /// <summary>What the work takes, in order.</summary>
    public string[] Inputs => [.. _contents.Select((_, i) => IsOfPlaintext ? PlainOf(i) : EnvelopeOf(i))];

    private bool IsOfPlaintext => Work is SafetyWork.Protect or SafetyWork.ProtectOverAnOlderEnvelope or SafetyWork.ProtectAndRemove;

    private bool IsRewrap => Work is SafetyWork.RewrapInPlace or SafetyWork.RewrapBeside or SafetyWork.RotateDataKey;

    private bool Removes => Work is SafetyWork.ProtectAndRemove or SafetyWork.UnprotectAndRemove;

    /// <summary>Empties the folder and puts files of these lengths there, as the work finds them.</summary>
    public async Task PrepareAsync(params int[] lengths)
    {
        foreach (var path in Directory.GetFileSystemEntries(Folder))
            File.Delete(path);
        _contents.Clear();
        _oldWraps.Clear();
        for (var i = 0; i < lengths.Length; i++)
        {
            _contents.Add(SampleBytes.Of(lengths[i], seed: i + 1));
            await PrepareAsync(i);
        }
    }

    /// <summary>Does the work, one file after the other, on a file system that may fail.</summary>
    public async Task RunAsync(FileSystem files)
    {
        var work = WorkOn(files, again: false);
        foreach (var input in Inputs)
            await work(input, OutputOf(input));
    }

    /// <summary>What the tool is told to do the same work.</summary>
    public string[] ToolArguments => IsRewrap
        ? ["rewrap", Folder, "-r", "--old-kek", Old, "--new-kek", New, .. Work == SafetyWork.RotateDataKey ? new[] { "--rotate-data-key" } : [], "--throttle-limit", "1"]
        : [IsOfPlaintext ? "protect" : "unprotect", Folder, "-r", .. IsOfPlaintext ? new[] { "--kek", Old } : [], Removes ? "--remove-source" : "--force", "--throttle-limit", "1"];

    /// <summary>
    /// No plaintext was lost, nothing is half done under a final name, and what is there opens with the old KEK or the new.
    /// </summary>
    /// <param name="powerFailed">Outputs that nobody had flushed may be cut off then; their sources are there.</param>
    public async Task RequireNothingLostAsync(bool powerFailed = false)
    {
        for (var i = 0; i < _contents.Count; i++)
        {
            var (plain, envelope) = (PlainOf(i), EnvelopeOf(i));
            if (!IsOfPlaintext || Removes ? !File.Exists(envelope) && !Removes : !File.Exists(plain))
                Assert.Fail("A source is gone.");
            Assert.True(File.Exists(plain) || File.Exists(envelope), $"Nothing is left of {plain}.");
            var canBeCutOff = powerFailed && !Removes;
            if (File.Exists(plain) && !(canBeCutOff && !IsOfPlaintext))
                RequireOneOf(Versions(i, Work == SafetyWork.UnprotectOverAnOlderFile), await File.ReadAllBytesAsync(plain), plain);
            if (File.Exists(envelope) && !(canBeCutOff && IsOfPlaintext))
                RequireOneOf(Versions(i, Work == SafetyWork.ProtectOverAnOlderEnvelope), await _bench.OpenAsync(envelope), envelope);
        }
        foreach (var name in FileBench.NamesIn(Folder))
            Assert.True(IsOurs(name) || TemporaryFile.IsName(name) || TemporaryFile.IsLockName(name), $"{name} does not belong here.");
    }

    /// <summary>The next run over the folder leaves what the first was to leave, and nothing of what it left.</summary>
    public async Task RequireNextRunFinishesAsync()
    {
        // One more file: a run that finds nothing to do looks into no folder.
        _contents.Add(SampleBytes.Of(10, seed: 99));
        await PrepareAsync(_contents.Count - 1);
        var work = WorkOn(FileSystem.Default, again: true);
        var options = new BatchOptions { ThrottleLimit = 1, OutputFor = IsRewrap ? null : entry => OutputOf(entry.Path) };
        using var batch = new Batch<FileResult>(options, (item, _) => work(item.Entry.Path, item.Output ?? ""), CancellationToken.None);
        foreach (var input in Inputs.Where(File.Exists))
            batch.Offer(new SourceEntry(input, Path.GetFileName(input), new FileInfo(input).Length));
        foreach (var outcome in batch.Complete())
            Assert.Null(outcome.Failure);

        for (var i = 0; i < _contents.Count; i++)
            await RequireDoneAsync(i);
        Assert.Equal(FinalNames, FileBench.NamesIn(Folder));
    }

    public void Dispose() => _bench.Dispose();

    private string[] FinalNames
    {
        get
        {
            var (plain, sealedNames) = (
                Enumerable.Range(0, _contents.Count).Select(Name), Enumerable.Range(0, _contents.Count).Select(i => Name(i) + ".evc"));
            var names = Work switch
            {
                SafetyWork.ProtectAndRemove => sealedNames,
                SafetyWork.UnprotectAndRemove => plain,
                _ => IsRewrap ? sealedNames : plain.Concat(sealedNames),
            };
            return [.. names.Order(StringComparer.Ordinal)];
        }
    }

    private static string Name(int i) => $"f{i:d3}";

    private string PlainOf(int i) => _bench.Folder[Name(i)];

    private string EnvelopeOf(int i) => PlainOf(i) + ".evc";

    private string OutputOf(string input) => IsRewrap ? input : IsOfPlaintext ? input + ".evc" : input[..^4];

    private static bool IsOurs(string name) => name.Length >= 4 && name[0] == 'f' && (name.Length == 4 || name[4..] == ".evc");

    // What stood there before has another length, so that -Update sees it.
    private byte[] OlderOf(int i) => SampleBytes.Of(_contents[i].Length + 7, seed: 100 + i);

    private byte[][] Versions(int i, bool hadOlder) => hadOlder ? [_contents[i], OlderOf(i)] : [_contents[i]];

    // Not by Assert.Equal, which takes long for large arrays.
    private static void RequireOneOf(byte[][] versions, byte[] bytes, string path) =>
        Assert.True(Array.Exists(versions, version => version.AsSpan().SequenceEqual(bytes)), $"{path} holds something else.");

    private async Task PrepareAsync(int i)
    {
        var (plain, envelope) = (PlainOf(i), EnvelopeOf(i));
        if (Work == SafetyWork.ProtectOverAnOlderEnvelope)
        {
            await File.WriteAllBytesAsync(plain, OlderOf(i));
            await _bench.ProtectAsync(plain, envelope, Old);
        }
        await File.WriteAllBytesAsync(plain, _contents[i]);
        if (IsOfPlaintext)
            return;
        if (Work == SafetyWork.RewrapInPlace)
        {
            await using var pipe = new MemoryStream(_contents[i]);
            await _bench.Protecting(new ProtectOptions { Keks = _bench.Keks(Old) }).ProtectStreamToFileAsync(
                pipe, envelope, progress: null, CancellationToken.None);
        }
        else
            await _bench.ProtectAsync(plain, envelope, Old);
        _oldWraps.Add(Base64UrlText.Encode(FileBench.HeaderOf(envelope).Recipients[0].WrappedKey.Span));
        File.Delete(plain);
        if (Work == SafetyWork.UnprotectOverAnOlderFile)
        {
            await File.WriteAllBytesAsync(plain, OlderOf(i));
            File.SetLastWriteTimeUtc(plain, DateTime.UnixEpoch);
        }
    }

    private Func<string, string, Task<FileResult>> WorkOn(FileSystem files, bool again)
    {
        if (IsRewrap)
        {
            var rewrapping = _bench.Rewrapping(
                new RewrapOptions
                {
                    OldKeks = _bench.Keks(Old),
                    NewKeks = _bench.Keks(New),
                    RotateDataKey = Work == SafetyWork.RotateDataKey,
                },
                files);
            return (input, _) => rewrapping.RewrapFileAsync(input, CancellationToken.None);
        }
        if (IsOfPlaintext)
        {
            var protecting = _bench.Protecting(
                new ProtectOptions { Keks = _bench.Keks(Old), Force = !again && !Removes, Update = again, RemoveSource = Removes }, files);
            return (input, output) => protecting.ProtectFileAsync(input, output, progress: null, CancellationToken.None);
        }
        // After the power failed a plaintext can be cut off and have its time all the same: only -Force is sure of it.
        var unprotecting = _bench.Unprotecting(
            new UnprotectOptions { Force = !Removes, Update = again && Removes, RemoveSource = Removes }, files);
        return (input, output) => unprotecting.UnprotectFileAsync(input, output, progress: null, CancellationToken.None);
    }

    private async Task RequireDoneAsync(int i)
    {
        var (plain, envelope) = (PlainOf(i), EnvelopeOf(i));
        if (File.Exists(plain))
            RequireOneOf([_contents[i]], await File.ReadAllBytesAsync(plain), plain);
        if (!File.Exists(envelope))
            return;
        RequireOneOf([_contents[i]], await _bench.OpenAsync(envelope), envelope);
        if (!IsRewrap)
            return;
        Assert.True(FileBench.HeaderOf(envelope).SlotsAgree);
        Assert.Equal(New, Assert.Single(FileBench.KeksOf(envelope)));
        Assert.Equal(-1, (await File.ReadAllBytesAsync(envelope)).AsSpan().IndexOf(System.Text.Encoding.ASCII.GetBytes(_oldWraps[i])));
    }
}
