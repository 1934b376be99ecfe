using System.Diagnostics;
using EnvelopeCrypto.Disk;
using EnvelopeCrypto.Tests.Support;
using Microsoft.Win32.SafeHandles;

namespace EnvelopeCrypto.Tests.Disk;

public sealed class FileLockTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Lock_is_held_by_one_and_free_after_it()
    {
        using (var held = await TryAsync())
        {
            Assert.NotNull(held);
            Assert.Null(await TryAsync());
            Assert.Null(await Task.Run(TryAsync));
            if (!OperatingSystem.IsWindows())
                Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_folder["x.lock"]));
        }
        if (OperatingSystem.IsLinux())
            Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
        using var next = await TryAsync();
        Assert.NotNull(next);
    }

    [Fact]
    public async Task Lock_that_is_disposed_twice_takes_nothing_from_the_next_holder()
    {
        var first = await TryAsync();
        first!.Dispose();
        using var next = await TryAsync();
        first.Dispose();
        Assert.True(File.Exists(_folder["x.lock"]));
        Assert.Null(await TryAsync());
    }

    [Fact]
    public async Task Locks_of_different_names_do_not_meet()
    {
        using var one = await TryAsync();
        using var other = await FileLock.AcquireAsync(_folder["y.lock"], TimeSpan.Zero, TimeProvider.System, CancellationToken.None);
        Assert.NotNull(other);
    }

    [Fact]
    public async Task File_that_holds_something_is_somebody_elses_and_stays()
    {
        _folder.Write("x.lock", "important"u8);
        await Assert.ThrowsAsync<LockInTheWayException>(async () => await TryAsync());
        Assert.Equal("important", await File.ReadAllTextAsync(_folder["x.lock"]));
    }

    // Its last holder deletes it in the end: who locks a file without a name locks nobody out.
    [Fact]
    public async Task File_that_lost_its_name_before_it_was_locked_is_no_lock()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Elsewhere the file stays.");
        var files = new ScriptedFileSystem();
        var locked = 0;
        files.Before = (call, _) =>
        {
            if (call == nameof(FileSystem.TryLock) && ++locked == 1)
                File.Delete(_folder["x.lock"]);
        };
        using var held = await FileLock.AcquireAsync(
            _folder["x.lock"], TimeSpan.FromMinutes(1), TimeProvider.System, CancellationToken.None, files);
        Assert.NotNull(held);
        Assert.Equal(2, locked);
        Assert.True(File.Exists(_folder["x.lock"]));
        Assert.Null(await TryAsync());
    }

    [Fact]
    public async Task File_that_comes_to_hold_something_before_it_is_locked_stays()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Elsewhere the file stays.");
        var files = new ScriptedFileSystem();
        files.Before = (call, _) =>
        {
            if (call == nameof(FileSystem.TryLock))
                File.WriteAllText(_folder["x.lock"], "important");
        };
        await Assert.ThrowsAsync<LockInTheWayException>(async () => await FileLock.AcquireAsync(
            _folder["x.lock"], TimeSpan.Zero, TimeProvider.System, CancellationToken.None, files));
        Assert.Equal("important", await File.ReadAllTextAsync(_folder["x.lock"]));
    }

    [Fact]
    public async Task File_that_a_dead_process_left_is_taken_over()
    {
        _folder.Write("x.lock", []);
        using (var held = await TryAsync())
            Assert.NotNull(held);
        if (OperatingSystem.IsLinux())
            Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public async Task Lock_of_another_process_is_respected_until_it_dies()
    {
        using var process = UnixTool.Start("flock", _folder["x.lock"], "sh", "-c", "echo held; exec cat");
        Assert.Equal("held", await process.StandardOutput.ReadLineAsync());
        Assert.Null(await TryAsync());
        await KillAsync(process);
        using var held = await FileLock.AcquireAsync(
            _folder["x.lock"], Patience.Limit, TimeProvider.System, CancellationToken.None);
        Assert.NotNull(held);
    }

    [Fact]
    public async Task Patience_ends()
    {
        using var held = await TryAsync();
        Assert.Null(await FileLock.AcquireAsync(_folder["x.lock"], TimeSpan.FromSeconds(10), new ImpatientTime(), CancellationToken.None));
    }

    [Fact]
    public async Task Waiting_can_be_stopped()
    {
        using var held = await TryAsync();
        using var stop = new CancellationTokenSource();
        var waiting = FileLock.AcquireAsync(_folder["x.lock"], TimeSpan.FromHours(1), TimeProvider.System, stop.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.AsTask());
    }

    [Fact]
    public async Task Many_that_contend_never_hold_it_together()
    {
        var (holders, most, turns) = (0, 0, 0);
        await Parallel.ForAsync(0, 12, new ParallelOptions { MaxDegreeOfParallelism = 12 }, async (_, _) =>
        {
            for (var turn = 0; turn < 20; turn++)
            {
                using var held = await FileLock.AcquireAsync(
                    _folder["x.lock"], TimeSpan.FromMinutes(5), TimeProvider.System, CancellationToken.None);
                Assert.NotNull(held);
                var now = Interlocked.Increment(ref holders);
                most = Math.Max(most, now); // under the lock, if it is one
                await Task.Yield();
                Interlocked.Decrement(ref holders);
                Interlocked.Increment(ref turns);
            }
        });
        Assert.Equal(1, most);
        Assert.Equal(12 * 20, turns);
        if (OperatingSystem.IsLinux())
            Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
    }

    // Whoever tidies up opens a lock, and by then its name can be that of the next holder's.
    [Fact]
    public void Tidying_up_takes_no_lock_from_its_next_holder()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Elsewhere no lock is ever tidied up.");
        var path = _folder.Write("x.evc.lock", []);
        using var folder = FileSystem.Default.OpenFolder(_folder.Path);
        Assert.False(DeadFiles.TryRemove(new PassingOn(path), folder, "x.evc.lock"));
        Assert.True(File.Exists(path));
        Assert.True(DeadFiles.TryRemove(FileSystem.Default, folder, "x.evc.lock"));
    }

    [Fact]
    public async Task Folder_that_is_gone_does_not_turn_success_into_failure()
    {
        if (OperatingSystem.IsWindows())
            Assert.Skip("Windows removes no folder of an open file.");
        var path = _folder.Write("sub/x.lock", ""u8);
        var held = await FileLock.AcquireAsync(path, TimeSpan.Zero, TimeProvider.System, CancellationToken.None);
        Directory.Delete(_folder["sub"], recursive: true);
        held!.Dispose();
    }

    [Fact]
    public async Task Link_at_its_name_is_not_followed()
    {
        if (!OperatingSystem.IsLinux())
            Assert.Skip("Only Linux is asked so closely.");
        // In a folder that others can write, it would make root create an empty file wherever they like.
        File.CreateSymbolicLink(_folder["x.lock"], _folder["elsewhere"]);
        await Assert.ThrowsAsync<LockInTheWayException>(() => TryAsync());
        Assert.False(File.Exists(_folder["elsewhere"]));
        Assert.Equal([_folder["x.lock"]], Directory.GetFileSystemEntries(_folder.Path));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Where_there_are_no_locks_no_new_file_stays(bool isThere)
    {
        var path = isThere ? _folder.Write("x.evc.lock", []) : _folder["x.evc.lock"];
        var failure = await Assert.ThrowsAsync<EnvelopeException>(async () => await FileLock.AcquireAsync(
            path, TimeSpan.Zero, TimeProvider.System, CancellationToken.None, new ScriptedFileSystem { Locks = LockState.Unavailable }));
        Assert.Equal((EnvelopeError.LocksUnavailable, isThere), (failure.Error, File.Exists(path)));
    }

    // exFAT by FUSE says that there is no such file when it is to make one of a name that it cannot take.
    [Fact]
    public async Task Name_that_the_file_system_does_not_take_is_no_lock_of_another()
    {
        var files = Refusing(calls: int.MaxValue);
        await Assert.ThrowsAsync<UnusableNameException>(async () => await FileLock.AcquireAsync(
            _folder["x?.evc.lock"], TimeSpan.FromHours(1), TimeProvider.System, CancellationToken.None, files, TimeSpan.FromTicks(1)));
    }

    [Fact]
    public async Task Lock_that_vanishes_as_it_is_opened_is_tried_again()
    {
        using var held = await FileLock.AcquireAsync(
            _folder["x.lock"], TimeSpan.FromHours(1), TimeProvider.System, CancellationToken.None, Refusing(calls: 1), TimeSpan.FromTicks(1));
        Assert.NotNull(held);
    }

    private static ScriptedFileSystem Refusing(int calls) => new()
    {
        Before = (call, _) =>
        {
            if (call == nameof(FileSystem.OpenLock) && calls-- > 0)
                throw new FileNotFoundException();
        },
    };

    [Fact]
    public async Task Folder_that_is_missing_is_a_failure() => await Assert.ThrowsAnyAsync<IOException>(() =>
        FileLock.AcquireAsync(_folder["none/x.lock"], TimeSpan.Zero, TimeProvider.System, CancellationToken.None).AsTask());

    private Task<FileLock?> TryAsync() =>
        FileLock.AcquireAsync(_folder["x.lock"], TimeSpan.Zero, TimeProvider.System, CancellationToken.None).AsTask();

    private static async Task KillAsync(Process process)
    {
        process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
    }

    // When a lock was opened, its holder gives it back, and the next one makes his under the same name.
    private sealed class PassingOn(string path) : ObservedFileSystem
    {
        public override SafeFileHandle OpenWrite(Folder folder, string name, bool followLink = false)
        {
            var opened = base.OpenWrite(folder, name, followLink);
            File.Delete(path);
            File.WriteAllBytes(path, []);
            return opened;
        }
    }
}
