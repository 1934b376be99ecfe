using EnvelopeCrypto.Disk;

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
}
