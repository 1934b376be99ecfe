using EnvelopeCrypto.Disk;
using EnvelopeCrypto.Files;
using EnvelopeCrypto.Tests.Support;

namespace EnvelopeCrypto.Tests.Files;

/// <summary>What -Update does on file systems that keep times in their own way, and beside another run.</summary>
public sealed class UpdateTests : IDisposable
{
    private const long Second = 1_000_000_000;
    private static readonly DateTime SomeTime = new DateTime(2021, 3, 4, 5, 6, 7, DateTimeKind.Utc).AddTicks(1_234_567);

    private readonly FileBench _bench = new();
    private readonly string _source;
    private readonly string _envelope;

    public UpdateTests()
    {
        _source = _bench.Source();
        _envelope = _source + ".evc";
        File.SetLastWriteTimeUtc(_source, SomeTime);
        _bench.Keks("local:a", "local:b");
    }

    public void Dispose() => _bench.Dispose();

    [Theory]
    [InlineData(100)]
    [InlineData(1_000)]
    [InlineData(Second)] // SFTP, ext3
    [InlineData(2 * Second)] // exFAT
    public async Task Update_settles_where_times_are_coarse(long step)
    {
        var files = new ScriptedFileSystem { TimeStep = step };
        await BecomesAsync(FileOutcome.Protected, files);
        await BecomesAsync(FileOutcome.Unchanged, files);
        await BecomesAsync(FileOutcome.Unchanged, files);
    }

    [Theory]
    [InlineData(Second, 1, FileOutcome.Protected)]
    [InlineData(2 * Second, 2, FileOutcome.Protected)]
    [InlineData(2 * Second, -1, FileOutcome.Unchanged)] // no file system of that step could tell
    public async Task Difference_of_a_step_is_a_change(long step, int seconds, FileOutcome outcome)
    {
        var files = new ScriptedFileSystem { TimeStep = step };
        await BecomesAsync(FileOutcome.Protected, files);
        File.SetLastWriteTimeUtc(_source, SomeTime.AddSeconds(seconds));
        await BecomesAsync(outcome, files);
    }

    [Theory]
    [InlineData("1970-01-01T00:00:01Z", "1980-01-01T00:00:00Z", FileOutcome.Unchanged)] // exFAT; many packages have such times
    [InlineData("1970-01-01T00:00:01Z", "1979-12-31T13:00:00Z", FileOutcome.Unchanged)] // which counts local time
    [InlineData("1990-01-01T00:00:01Z", "1980-01-01T00:00:00Z", FileOutcome.Protected)]
    [InlineData("2050-01-02T00:00:00Z", "2038-01-19T03:14:07Z", FileOutcome.Unchanged)] // ext3
    [InlineData("2050-01-02T00:00:00Z", "2038-01-19T03:14:06Z", FileOutcome.Protected)]
    [InlineData("1960-02-02T03:04:05.5Z", "1960-02-02T03:04:06.5Z", FileOutcome.Unchanged)] // NTFS by FUSE
    [InlineData("1960-02-02T03:04:05.5Z", "1960-02-02T03:04:07.5Z", FileOutcome.Protected)]
    public async Task Time_that_a_file_system_cannot_hold_is_no_change(string source, string kept, FileOutcome outcome)
    {
        var (given, limit) = (FileTime.From(Parse(source)), FileTime.From(Parse(kept)));
        var files = new ScriptedFileSystem { TimeLimits = time => time == given ? limit : time };
        File.SetLastWriteTimeUtc(_source, Parse(source));
        await BecomesAsync(FileOutcome.Protected, files);
        await BecomesAsync(outcome, files);
    }

    // Archives and builds date files so; the file system of this test keeps each of these times.
    [Theory]
    [InlineData("1980-01-01T00:00:00Z", "1970-01-01T00:00:01Z")]
    [InlineData("2038-01-19T03:14:07Z", "2050-01-02T00:00:00Z")]
    [InlineData("1960-02-02T03:04:06.5Z", "1960-02-02T03:04:05.5Z")]
    public async Task Time_that_another_file_system_could_not_hold_is_a_change(string first, string second)
    {
        File.SetLastWriteTimeUtc(_source, Parse(first));
        await BecomesAsync(FileOutcome.Protected, FileSystem.Default);
        File.SetLastWriteTimeUtc(_source, Parse(second));
        await BecomesAsync(FileOutcome.Protected, FileSystem.Default);
        await BecomesAsync(FileOutcome.Unchanged, FileSystem.Default);
    }

    // The machine's clock was ahead when the envelope was made: that the source is older says nothing then.
    [Fact]
    public async Task Encryption_that_is_still_to_come_is_older_than_nothing()
    {
        var files = new ScriptedFileSystem { TimeStep = 0 };
        var wrong = new TestTime(new TestTime().Now.AddYears(4));
        await BecomesAsync(FileOutcome.Protected, files, time: wrong);
        await BecomesAsync(FileOutcome.Unchanged, files, time: wrong);
        await BecomesAsync(FileOutcome.Protected, files);
        await BecomesAsync(FileOutcome.Unchanged, files);
    }

    private static DateTime Parse(string time) => DateTimeOffset.Parse(time, System.Globalization.CultureInfo.InvariantCulture).UtcDateTime;

    [Fact]
    public async Task Time_without_a_fraction_is_no_excuse_where_fractions_are_kept()
    {
        File.SetLastWriteTimeUtc(_source, SomeTime.Date);
        await BecomesAsync(FileOutcome.Protected, FileSystem.Default);
        File.SetLastWriteTimeUtc(_source, SomeTime.Date.AddTicks(1));
        await BecomesAsync(FileOutcome.Protected, FileSystem.Default);
    }

    [Fact]
    public async Task Where_no_time_is_kept_the_source_must_be_older_than_the_encryption()
    {
        var files = new ScriptedFileSystem { TimeStep = 0 };
        Assert.NotNull((await BecomesAsync(FileOutcome.Protected, files)).Reason);
        await BecomesAsync(FileOutcome.Unchanged, files);
        File.SetLastWriteTimeUtc(_source, DateTimeOffset.FromUnixTimeSeconds(FileBench.HeaderOf(_envelope).Protected.IssuedAt).UtcDateTime);
        await BecomesAsync(FileOutcome.Protected, files);
    }

    [Fact]
    public async Task Preview_makes_no_file_to_find_the_step()
    {
        var files = new ScriptedFileSystem { TimeStep = Second };
        await BecomesAsync(FileOutcome.Protected, files);
        files.Before = (call, _) => Assert.False(call == nameof(FileSystem.CreateTemporary));
        await BecomesAsync(FileOutcome.Unchanged, files, whatIf: true);
    }

    [Fact]
    public async Task Unprotect_settles_where_times_are_coarse()
    {
        await BecomesAsync(FileOutcome.Protected, FileSystem.Default);
        var unprotecting = _bench.Unprotecting(new UnprotectOptions { Update = true }, new ScriptedFileSystem { TimeStep = 2 * Second });
        var back = _bench.Folder["back"];
        foreach (var outcome in new[] { FileOutcome.Unprotected, FileOutcome.Unchanged })
        {
            var result = await unprotecting.UnprotectFileAsync(_envelope, back, progress: null, CancellationToken.None);
            Assert.Equal(outcome, result.Status);
        }
    }

    [Theory]
    [InlineData(1, FileOutcome.Unchanged)]
    [InlineData(-1, FileOutcome.Protected)]
    public async Task Envelope_of_a_newer_source_that_another_run_wrote_meanwhile_stays(int secondsLater, FileOutcome outcome)
    {
        await BecomesAsync(FileOutcome.Protected, FileSystem.Default);
        File.WriteAllBytes(_source, SampleBytes.Of(200, seed: 2));
        File.SetLastWriteTimeUtc(_source, SomeTime.AddMinutes(1));
        var theirs = _bench.Source(300, "theirs", seed: 3);
        File.SetLastWriteTimeUtc(theirs, SomeTime.AddMinutes(1).AddSeconds(secondsLater));
        await _bench.ProtectAsync(theirs, theirs + ".evc", "local:b");
        var files = new ScriptedFileSystem
        {
            Before = (call, _) =>
            {
                if (call == nameof(FileSystem.TryLock) && File.Exists(theirs + ".evc"))
                    Successor.Takes(theirs + ".evc", _envelope);
            },
        };
        await BecomesAsync(outcome, files);
        Assert.Equal(
            outcome == FileOutcome.Unchanged ? SampleBytes.Of(300, seed: 3) : SampleBytes.Of(200, seed: 2), await _bench.OpenAsync(_envelope));
    }

    [Fact]
    public async Task Mode_that_is_not_kept_is_told()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no modes.");
        Keys.Local.KeyringPlace.Chmod(_source, UnixFileMode.UserRead | UnixFileMode.GroupRead);
        Assert.NotNull((await BecomesAsync(FileOutcome.Protected, new ScriptedFileSystem { KeepsNoModes = true })).Reason);
    }

    private async Task<FileResult> BecomesAsync(FileOutcome outcome, FileSystem files, bool whatIf = false, TimeProvider? time = null)
    {
        var options = new ProtectOptions { Keks = _bench.Keks("local:a"), Update = true, WhatIf = whatIf };
        var result = await _bench.Protecting(options, files, time: time).ProtectFileAsync(_source, _envelope, progress: null, CancellationToken.None);
        Assert.Equal(outcome, result.Status);
        return result;
    }
}
