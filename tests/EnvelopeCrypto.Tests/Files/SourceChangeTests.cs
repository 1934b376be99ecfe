using EnvelopeCrypto.Disk;
using EnvelopeCrypto.Files;
using EnvelopeCrypto.Tests.Support;

namespace EnvelopeCrypto.Tests.Files;

/// <summary>A file that changes while it is read would be sealed as a mixture of two states.</summary>
public sealed class SourceChangeTests : IDisposable
{
    private const int Length = 3 * 1024 * 1024;

    private readonly FileBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Theory]
    [InlineData("grows")]
    [InlineData("shrinks")]
    [InlineData("changes")]
    [InlineData("empties")]
    public async Task Source_that_changes_is_refused(string how)
    {
        foreach (var toFile in new[] { true, false })
        {
            var source = _bench.Source(Length);
            File.SetLastWriteTimeUtc(source, DateTime.UnixEpoch);
            var operation = _bench.Protecting(new ProtectOptions { Keks = _bench.Keks("local:a") });
            var failure = await Refused.AsAsync(EnvelopeError.SourceChanged, () => toFile
                ? operation.ProtectFileAsync(source, _bench.Folder["x.evc"], _ => Change(source, how), CancellationToken.None)
                : operation.ProtectFileToStreamAsync(source, Stream.Null, _ => Change(source, how), CancellationToken.None));
            Assert.Equal(source, failure.Path);
            Assert.Equal([source], Directory.GetFileSystemEntries(_bench.Folder.Path));
        }
    }

    [Theory]
    [InlineData(100, "grows")]
    [InlineData(Length, "changes")]
    [InlineData(Length, "grows")]
    [InlineData(Length, "shrinks")]
    public async Task Pipe_gets_no_whole_envelope_of_a_source_that_changes(int length, string how)
    {
        var source = _bench.Source(length);
        File.SetLastWriteTimeUtc(source, DateTime.UnixEpoch);
        using var output = new MemoryStream();
        var changed = false;
        await Refused.AsAsync(EnvelopeError.SourceChanged, () => _bench.Protecting(new ProtectOptions { Keks = _bench.Keks("local:a") })
            .ProtectFileToStreamAsync(source, output, _ => ChangeOnce(), CancellationToken.None));
        await Assert.ThrowsAsync<EnvelopeException>(() => _bench.Unprotecting()
            .UnprotectStreamAsync(new MemoryStream(output.ToArray()), Stream.Null, progress: null, CancellationToken.None));

        void ChangeOnce()
        {
            if (!changed)
                Change(source, how);
            changed = true;
        }
    }

    [Fact]
    public async Task Source_whose_time_was_put_back_after_it_changed_is_refused()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only there the time of the last change is asked for.");
        foreach (var toFile in new[] { true, false })
        {
            var source = _bench.Source(Length);
            File.SetLastWriteTimeUtc(source, DateTime.UnixEpoch);
            var operation = _bench.Protecting(new ProtectOptions { Keks = _bench.Keks("local:a") });
            await Refused.AsAsync(EnvelopeError.SourceChanged, () => toFile
                ? operation.ProtectFileAsync(source, _bench.Folder["x.evc"], _ => ChangeUnseen(source), CancellationToken.None)
                : operation.ProtectFileToStreamAsync(source, Stream.Null, _ => ChangeUnseen(source), CancellationToken.None));
            Assert.Equal([source], Directory.GetFileSystemEntries(_bench.Folder.Path));
        }
    }

    [Fact]
    public async Task Source_that_grows_as_fast_as_it_is_read_is_given_up()
    {
        var (source, reads) = (_bench.Source(Length), 0);
        await Refused.AsAsync(EnvelopeError.SourceChanged, () => _bench.Protecting(new ProtectOptions { Keks = _bench.Keks("local:a") })
            .ProtectFileAsync(source, _bench.Folder["x.evc"], _ => Grow(), CancellationToken.None));
        Assert.Equal([source], Directory.GetFileSystemEntries(_bench.Folder.Path));

        void Grow()
        {
            Assert.True(++reads < 10, "It was read on.");
            Change(source, "grows");
        }
    }

    [Fact]
    public async Task Source_that_changes_before_its_first_byte_is_refused()
    {
        var source = _bench.Source();
        File.SetLastWriteTimeUtc(source, DateTime.UnixEpoch);
        _bench.Service.Meanwhile = () => Change(source, "grows");
        await Refused.AsAsync(EnvelopeError.SourceChanged, () => _bench.ProtectAsync(source, _bench.Folder["x.evc"], "service:a"));
        Assert.Equal([source], Directory.GetFileSystemEntries(_bench.Folder.Path));
    }

    [Fact]
    public async Task Source_that_is_replaced_under_its_name_is_refused()
    {
        var source = _bench.Source(Length);
        var other = _bench.Source(10, "other");
        await Refused.AsAsync(EnvelopeError.SourceChanged, () => _bench.Protecting(new ProtectOptions { Keks = _bench.Keks("local:a") })
            .ProtectFileAsync(source, _bench.Folder["x.evc"], _ => Replace(), CancellationToken.None));
        Assert.Equal([source], Directory.GetFileSystemEntries(_bench.Folder.Path));

        void Replace()
        {
            if (File.Exists(other))
                Successor.Takes(other, source);
        }
    }

    [Fact]
    public async Task Envelope_that_is_cut_while_it_is_read_leaves_no_output()
    {
        var envelope = await _bench.EnvelopeAsync(SampleBytes.Of(Length), "local:a");
        var failure = await Assert.ThrowsAsync<EnvelopeException>(() =>
            _bench.Unprotecting().UnprotectFileAsync(envelope, _bench.Folder["back"], _ => Change(envelope, "shrinks"), CancellationToken.None));
        Assert.Contains(failure.Error, new[] { EnvelopeError.BodyTruncated, EnvelopeError.BodyDamaged });
        Assert.Equal(envelope, failure.Path);
        Assert.Equal([envelope], Directory.GetFileSystemEntries(_bench.Folder.Path));
    }

    [Fact]
    public async Task Envelope_that_grows_while_it_is_read_leaves_no_output()
    {
        var envelope = await _bench.EnvelopeAsync(SampleBytes.Of(Length), "local:a");
        await Refused.AsAsync(EnvelopeError.BodyDamaged, () =>
            _bench.Unprotecting().UnprotectFileAsync(envelope, _bench.Folder["back"], _ => Change(envelope, "grows"), CancellationToken.None));
        Assert.Equal([envelope], Directory.GetFileSystemEntries(_bench.Folder.Path));
    }

    // Some systems give one time to all that happens within milliseconds.
    private static void ChangeUnseen(string path)
    {
        var before = FileStatus.Of(path)!.Value;
        do
        {
            Change(path, "changes");
            File.SetLastWriteTimeUtc(path, before.Modified.ToUtc());
        }
        while (FileStatus.Of(path)!.Value.Changed == before.Changed);
    }

    private static void Change(string path, string how)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        switch (how)
        {
            case "grows":
                file.Seek(0, SeekOrigin.End);
                file.Write("more"u8);
                break;
            case "shrinks":
                file.SetLength(file.Length - 1);
                break;
            case "empties":
                file.SetLength(0);
                break;
            default:
                file.Write("other"u8);
                break;
        }
    }
}
