using EnvelopeCrypto.Disk;
using EnvelopeCrypto.Tests.Support;

namespace EnvelopeCrypto.Tests.Disk;

/// <summary>What killed runs left is removed, and nothing that a live run has open.</summary>
public sealed class DeadFilesTests : IDisposable
{
    private const string OfAnotherMachine = ".envelope-0000000000000000ef4d8e51.tmp";
    private readonly TempFolder _temp = new();
    private readonly Folder _folder;

    public DeadFilesTests() => _folder = FileSystem.Default.OpenFolder(_temp.Path);

    public void Dispose()
    {
        _folder.Dispose();
        _temp.Dispose();
    }

    [Fact]
    public void File_of_a_live_run_stays_and_that_of_a_dead_one_goes()
    {
        var files = new ScriptedFileSystem { Named = true };
        var name = files.CreateTemporary(_folder) is var live && live.Name is { } made ? made : throw new InvalidOperationException();
        Assert.False(DeadFiles.TryRemove(FileSystem.Default, _folder, name));
        live.Handle.Dispose();
        Assert.True(DeadFiles.TryRemove(FileSystem.Default, _folder, name));
        Assert.Empty(Directory.GetFileSystemEntries(_temp.Path));
    }

    // Whether its owner lives cannot be known: not from a lock that only this machine sees, and not where there are none.
    [Theory]
    [InlineData(nameof(LockState.Unavailable), true, 6, false)]
    [InlineData(nameof(LockState.Unavailable), true, 8, true)]
    [InlineData(nameof(LockState.Unavailable), false, 8, true)]
    [InlineData(nameof(LockState.Taken), false, 6, false)]
    [InlineData(nameof(LockState.Taken), false, 8, true)]
    [InlineData(nameof(LockState.Held), false, 8, false)]
    public void Without_locks_only_what_is_older_than_seven_days_goes(string locks, bool isShared, int days, bool goes)
    {
        Assert.True(TemporaryFile.IsName(OfAnotherMachine));
        var path = _temp.Write(OfAnotherMachine, "half"u8);
        File.SetLastWriteTimeUtc(path, FileSystemNow().AddDays(-days));
        var files = new ScriptedFileSystem { Locks = Enum.Parse<LockState>(locks), LocksAreShared = isShared };
        Assert.Equal(goes, DeadFiles.TryRemove(files, _folder, OfAnotherMachine));
        Assert.Equal(!goes, File.Exists(path));
    }

    [Fact]
    public void Lock_of_this_machine_alone_tells_of_this_machines_runs()
    {
        var name = TemporaryFile.NewName();
        _temp.Write(name, "half"u8);
        Assert.True(DeadFiles.TryRemove(new ScriptedFileSystem { LocksAreShared = false }, _folder, name));
    }

    // FUSE keeps for a second what it knows by name; a run that is killed has just changed its file.
    [Fact]
    public void What_a_share_remembers_of_a_dead_runs_file_does_not_keep_it()
    {
        var name = TemporaryFile.NewName();
        var path = _temp.Write(name, "half"u8);
        var files = new RememberingFileSystem(_folder, name);
        File.SetLastWriteTimeUtc(path, FileSystemNow().AddDays(-1));
        Assert.True(DeadFiles.TryRemove(files, _folder, name));
        Assert.False(File.Exists(path));
    }

    private DateTime FileSystemNow() => File.GetLastWriteTimeUtc(_temp.Write("now", []));

    /// <summary>A share that goes on telling what a file was, unless it is asked for what it is.</summary>
    private sealed class RememberingFileSystem(Folder folder, string remembered) : ObservedFileSystem
    {
        private readonly FileStatus? _then = Default.Status(folder, remembered);

        public override FileStatus? Status(Folder folder, string name, bool followLink = false, bool current = false) =>
            name == remembered && !current ? _then : base.Status(folder, name, followLink, current);
    }
}
