using EnvelopeCrypto.Disk;
using EnvelopeCrypto.Keys.Local;
using EnvelopeCrypto.Tests.Support;
using Microsoft.Win32.SafeHandles;

namespace EnvelopeCrypto.Tests.Keys.Local;

public sealed class LocalKeyringTests : IDisposable
{
    private readonly KeyringPlace _place = new();

    public void Dispose() => _place.Dispose();

    [Fact]
    public void A_place_without_a_keyring_lists_nothing_and_stays_as_it_is()
    {
        var keyring = _place.Open();
        Assert.Empty(keyring.Names());
        Assert.Empty(keyring.List());
        Assert.False(keyring.Unlock());
        RequireError(EnvelopeError.KekNotFound, () => keyring.Get("a"));
        RequireError(EnvelopeError.KekNotFound, () => keyring.Rotate("a"));
        RequireError(EnvelopeError.KekNotFound, () => keyring.Remove("a"));
        RequireError(EnvelopeError.KekNotFound, () => keyring.ReadBackup("a"));
        Assert.False(Directory.Exists(_place.Home));
    }

    [Fact]
    public void A_new_KEK_is_listed_with_its_protection()
    {
        var time = new TestTime();
        var keyring = _place.Open(time: time);
        keyring.Create("b", KekProtection.Unprotected);
        var made = keyring.Create("a", KekProtection.Unprotected);

        Assert.Equal("local:a", made.Reference);
        Assert.Equal(KekProtection.Unprotected, made.Protection);
        Assert.Equal(time.Now, made.Created);
        var version = Assert.Single(made.Versions);
        Assert.Equal((1, time.Now, true), (version.Version, version.Created, version.IsCurrent));
        Assert.Equal(22, version.KeyId.Length);
        Assert.Equal(["local:a", "local:b"], keyring.List().Select(kek => kek.Reference), StringComparer.Ordinal);
        Assert.Equal(["a", "b"], keyring.Names());
        Assert.Equal(version, Assert.Single(_place.Open().Get("a").Versions));
        Assert.False(File.Exists(_place.KeyringPath));
    }

    [Fact]
    public void No_KEK_and_no_version_is_made_by_a_clock_before_1970()
    {
        _place.Open().Create("there", KekProtection.Unprotected);
        var before = File.ReadAllBytes(_place.KekPath("there"));
        var keyring = _place.Open(time: new TestTime(DateTimeOffset.UnixEpoch.AddSeconds(-1)));
        RequireError(EnvelopeError.ClockSkewed, () => keyring.Create("a", KekProtection.Unprotected));
        RequireError(EnvelopeError.ClockSkewed, () => keyring.Rotate("there"));
        Assert.Equal(["there"], keyring.Names());
        Assert.Equal(before, File.ReadAllBytes(_place.KekPath("there")));

        _place.Open(time: new TestTime(DateTimeOffset.UnixEpoch)).Create("a", KekProtection.Unprotected);
        Assert.Equal(DateTimeOffset.UnixEpoch, _place.Open().Get("a").Created);
    }

    [Fact]
    public void A_KEK_is_made_once()
    {
        var keyring = _place.Open();
        var made = keyring.Create("a", KekProtection.Unprotected);
        RequireError(EnvelopeError.KekExists, () => keyring.Create("a", KekProtection.Unprotected));
        Assert.Equal(made.Versions, keyring.Get("a").Versions);
    }

    [Theory]
    [InlineData("")]
    [InlineData("A")]
    [InlineData("../a")]
    [InlineData("a/b")]
    [InlineData(".a")]
    [InlineData("a\n")]
    [InlineData("local:a")]
    public void A_name_that_is_none_is_refused(string name)
    {
        var keyring = _place.Open();
        RequireError(EnvelopeError.KekReferenceInvalid, () => keyring.Create(name, KekProtection.Unprotected));
        RequireError(EnvelopeError.KekReferenceInvalid, () => keyring.Get(name));
        RequireError(EnvelopeError.KekReferenceInvalid, () => keyring.Remove(name));
    }

    [Theory]
    [InlineData("con")] // a device on Windows, but for the prefix of the file
    [InlineData("a.b")]
    [InlineData("keyring")]
    [InlineData("0123456789012345678901234567890123456789012345678901234567890123")]
    public void Names_that_look_odd_work(string name)
    {
        var keyring = _place.Open();
        keyring.Create(name, KekProtection.Unprotected);
        Assert.Equal([name], keyring.Names());
        Assert.Equal($"local:{name}", keyring.Get(name).Reference);
    }

    [Fact]
    public void Rotation_adds_a_version_that_is_current_and_keeps_the_old_ones()
    {
        var keyring = _place.Open();
        var first = Assert.Single(keyring.Create("a", KekProtection.Unprotected).Versions);
        keyring.Rotate("a");
        var rotated = keyring.Rotate("a");

        Assert.Equal([1, 2, 3], rotated.Versions.Select(version => version.Version));
        Assert.Equal([false, false, true], rotated.Versions.Select(version => version.IsCurrent));
        Assert.Equal(first.KeyId, rotated.Versions[0].KeyId);
        Assert.Equal(3, rotated.Versions.Select(version => version.KeyId).Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(KekProtection.Unprotected, rotated.Protection);
    }

    [Fact]
    public void Removal_says_which_versions_went()
    {
        var keyring = _place.Open();
        keyring.Create("a", KekProtection.Unprotected);
        keyring.Create("b", KekProtection.Unprotected);
        var versions = keyring.Rotate("a").Versions;

        var removal = keyring.Remove("a");
        Assert.Equal("local:a", removal.Reference);
        Assert.Equal(versions, removal.Versions);
        Assert.Equal(["b"], keyring.Names());
        RequireError(EnvelopeError.KekNotFound, () => keyring.Get("a"));
    }

    [Fact]
    public void Two_writers_at_once_lose_nothing()
    {
        const int rounds = 10;
        _place.Open().Create("shared", KekProtection.Unprotected);
        var keyrings = Enumerable.Range(0, 3).Select(_ => _place.Open()).ToArray();
        var threads = keyrings.Select((keyring, writer) => new Thread(() =>
        {
            for (var round = 0; round < rounds; round++)
            {
                keyring.Rotate("shared");
                keyring.Create($"own-{writer}-{round}", KekProtection.Unprotected);
            }
        })).ToArray();
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());

        var keyring = _place.Open();
        Assert.Equal(
            Enumerable.Range(1, 1 + (keyrings.Length * rounds)), keyring.Get("shared").Versions.Select(version => version.Version));
        Assert.Equal(1 + (keyrings.Length * rounds), keyring.List().Count);
        Assert.Empty(Directory.GetFiles(_place.Folder, ".envelope-*"));
    }

    [Fact]
    public void Two_that_make_the_same_KEK_get_one()
    {
        var made = 0;
        var threads = Enumerable.Range(0, 4).Select(_ => _place.Open()).Select(keyring => new Thread(() =>
        {
            try
            {
                keyring.Create("a", KekProtection.Unprotected);
                Interlocked.Increment(ref made);
            }
            catch (EnvelopeException failure) when (failure.Error == EnvelopeError.KekExists)
            {
                // The other was faster.
            }
        })).ToArray();
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        Assert.Equal(1, made);
    }

    [Fact]
    public async Task A_keyring_that_another_holds_is_busy()
    {
        _place.Open().Create("a", KekProtection.Unprotected);
        using var held = await FileLock.AcquireAsync(
            Path.Combine(_place.Folder, "keyring.lock"), TimeSpan.Zero, TimeProvider.System, CancellationToken.None);
        var keyring = _place.Open(time: new HurriedTime());
        RequireError(EnvelopeError.KeyringBusy, () => keyring.Rotate("a"));
        Assert.Single(keyring.Get("a").Versions); // reading needs no lock
    }

    [Fact]
    public async Task The_wait_for_another_can_be_stopped()
    {
        _place.Open().Create("a", KekProtection.Unprotected);
        using var held = await FileLock.AcquireAsync(
            Path.Combine(_place.Folder, "keyring.lock"), TimeSpan.Zero, TimeProvider.System, CancellationToken.None);
        using var stop = new CancellationTokenSource();
        var keyring = _place.Open(time: new StoppingTime(stop));
        Assert.ThrowsAny<OperationCanceledException>(() => keyring.Rotate("a", stop.Token));
    }

    [Fact]
    public void A_write_that_fails_leaves_the_old_file()
    {
        var versions = _place.Open().Create("a", KekProtection.Unprotected).Versions;
        var keyring = _place.Open(files: new FullDisk());
        RequireError(EnvelopeError.DiskFull, () => keyring.Rotate("a"));
        RequireError(EnvelopeError.DiskFull, () => keyring.Create("b", KekProtection.Unprotected));
        Assert.Equal(versions, keyring.Get("a").Versions);
        Assert.Equal(["a"], keyring.Names());
        Assert.Empty(Directory.GetFiles(_place.Folder, ".envelope-*"));
    }

    [Fact]
    public void What_a_killed_process_left_is_removed()
    {
        var keyring = _place.Open();
        keyring.Create("a", KekProtection.Unprotected);
        _place.Put(Path.Join(_place.Folder, TemporaryFile.NewName()), "half");
        keyring.Rotate("a");
        Assert.Empty(Directory.GetFiles(_place.Folder, ".envelope-*"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("nonsense")]
    [InlineData("""{"format":1,"name":"a"}""")]
    public void A_damaged_file_is_named_and_does_not_hide_the_others(string text)
    {
        var keyring = _place.Open();
        keyring.Create("b", KekProtection.Unprotected);
        _place.Put(_place.KekPath("a"), text);
        var failure = RequireError(EnvelopeError.KeyringDamaged, () => keyring.Get("a"));
        Assert.Equal(_place.KekPath("a"), failure.Path);
        RequireError(EnvelopeError.KeyringDamaged, () => keyring.List());
        Assert.Equal(["a", "b"], keyring.Names());
        keyring.Get("b");
    }

    [Fact]
    public void A_file_under_another_name_is_refused()
    {
        var keyring = _place.Open();
        _place.Put(_place.KekPath("a"), KnownKeyring.Unprotected);
        RequireError(EnvelopeError.KeyringDamaged, () => keyring.Get("a"));
        _place.Put(_place.KekPath("payroll"), KnownKeyring.Unprotected);
        Assert.Equal(2, keyring.Get("payroll").Versions.Count);
    }

    [Fact]
    public void A_file_that_is_too_long_is_not_read()
    {
        _place.Put(_place.KekPath("a"), new string(' ', (1024 * 1024) + 1));
        RequireError(EnvelopeError.KeyringDamaged, () => _place.Open().Get("a"));
    }

    [Fact]
    public void A_newer_format_is_not_called_damage()
    {
        _place.Put(_place.KekPath("payroll"), KnownKeyring.Unprotected.Replace("\"format\":1", "\"format\":3", StringComparison.Ordinal));
        var failure = RequireError(EnvelopeError.UnsupportedVersion, () => _place.Open().Get("payroll"));
        Assert.Equal(_place.KekPath("payroll"), failure.Path);
    }

    [Fact]
    public void A_folder_in_place_of_a_file_is_refused()
    {
        _place.Open().Create("b", KekProtection.Unprotected);
        Directory.CreateDirectory(_place.KekPath("a"));
        RequireError(EnvelopeError.KeyringDamaged, () => _place.Open().Get("a"));
    }

    [Fact]
    public void Version_numbers_end()
    {
        const string last = "\"version\":999999999";
        _place.Put(_place.KekPath("payroll"), KnownKeyring.Unprotected.Replace("\"version\":2", last, StringComparison.Ordinal));
        RequireError(EnvelopeError.OutputFailed, () => _place.Open().Rotate("payroll"));
    }

    [Fact]
    public void Dpapi_needs_Windows()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There it works.");
        var keyring = _place.Open();
        RequireError(EnvelopeError.KekProtectionUnavailable, () => keyring.Create("a", KekProtection.Dpapi));
        RequireError(EnvelopeError.KekProtectionUnavailable, () => keyring.Create("a", KekProtection.DpapiMachine));
        Assert.False(Directory.Exists(_place.Home));

        _place.Put(_place.KekPath("payroll"), KnownKeyring.Unprotected.Replace("unprotected", "dpapi-user", StringComparison.Ordinal));
        Assert.Equal(KekProtection.Dpapi, keyring.Get("payroll").Protection);
        RequireError(EnvelopeError.KekProtectionUnavailable, () => keyring.ReadBackup("payroll"));
    }

    [Theory]
    [InlineData(KekProtection.Dpapi)]
    [InlineData(KekProtection.DpapiMachine)]
    public void Dpapi_protects_and_opens_on_Windows(KekProtection protection)
    {
        Assert.SkipUnless(OperatingSystem.IsWindows(), "DPAPI exists on Windows only.");
        var keyring = _place.Open();
        keyring.Create("a", protection);
        keyring.Rotate("a");
        using var backup = keyring.ReadBackup("a");
        Assert.Equal(2, backup.Versions.Count);
        Assert.Equal(protection, _place.Open().Get("a").Protection);
    }

    [Fact]
    public void A_keyring_that_was_disposed_does_nothing_more()
    {
        var keyring = _place.Open();
        keyring.Dispose();
        Assert.Throws<ObjectDisposedException>(() => keyring.Create("a", KekProtection.Unprotected));
    }

    private static EnvelopeException RequireError(EnvelopeError error, Func<object?> action)
    {
        var failure = Assert.Throws<EnvelopeException>(action);
        Assert.Equal(error, failure.Error);
        return failure;
    }

    /// <summary>Stops who begins to wait.</summary>
    private sealed class StoppingTime(CancellationTokenSource stop) : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            stop.Cancel();
            return base.CreateTimer(callback, state, dueTime, period);
        }
    }

    /// <summary>Ten seconds pass between two looks at the clock.</summary>
    private sealed class HurriedTime : TimeProvider
    {
        private long _now;

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => _now += 10;
    }

    private sealed class FullDisk : ObservedFileSystem
    {
        public override void Write(SafeFileHandle file, long offset, ReadOnlySpan<byte> bytes) =>
            throw Support.FullDisk.Failure();
    }
}
