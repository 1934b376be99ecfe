using System.Runtime.Versioning;
using EnvelopeCrypto.Disk;
using EnvelopeCrypto.Tests.Support;
using Microsoft.Win32.SafeHandles;

namespace EnvelopeCrypto.Tests.Disk;

public sealed class LinuxFileSystemTests
{
    /// <summary>What is not known to be a disk of this machine, or its memory, is taken for a share.</summary>
    [Theory]
    [InlineData("/dev/shm", false)]
    [InlineData("/proc", true)]
    public void Only_file_systems_that_are_known_tell_at_once_and_share_their_locks(string folder, bool isOther)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Directory.Exists(folder), "There is no such folder here.");
        var files = FileSystem.Default;
        using var open = files.OpenFolder(folder);
        using var file = isOther ? files.OpenRead(open, "version") : files.CreateTemporary(open).Handle;
        Assert.Equal((isOther, !isOther), (files.TellsLate(file), files.SharesLocks(file)));
    }

    /// <summary>A share can refuse a lock as if another had it; a new file that is not ours goes, and there is an end to trying.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(int.MaxValue)]
    public void New_file_that_cannot_be_locked_does_not_stay(int refusals)
    {
        if (OperatingSystem.IsLinux())
            LeavesNothing(refusals);
        else
            Assert.Skip("Elsewhere locks are taken as files are opened.");
    }

    [SupportedOSPlatform("linux")]
    private static void LeavesNothing(int refusals)
    {
        using var temp = new TempFolder();
        var files = new RefusingFileSystem(refusals);
        using var folder = files.OpenFolder(temp.Path);
        if (refusals == 1)
            files.Discard(files.CreateNamedTemporary(folder));
        else
            Assert.Throws<IOException>(() => files.CreateNamedTemporary(folder));
        Assert.Empty(Directory.GetFileSystemEntries(temp.Path));
    }

    [SupportedOSPlatform("linux")]
    private sealed class RefusingFileSystem(int refusals) : LinuxFileSystem
    {
        private int _left = refusals;

        public override LockState TryLock(SafeFileHandle file, bool shared = false) => _left-- > 0 ? LockState.Held : base.TryLock(file, shared);
    }
}
