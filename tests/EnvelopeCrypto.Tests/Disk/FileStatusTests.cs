using EnvelopeCrypto.Disk;
using EnvelopeCrypto.Tests.Support;

namespace EnvelopeCrypto.Tests.Disk;

public sealed class FileStatusTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Status_says_what_the_file_system_says()
    {
        var path = _folder.Write("x", new byte[123]);
        var utc = DateTime.UnixEpoch.AddDays(-1000).AddTicks(1);
        File.SetLastWriteTimeUtc(path, utc);
        UnixTool.Run("chmod", "4751", path);
        var status = FileStatus.Of(path)!.Value;
        Assert.Equal((FileKind.Regular, 123, FileTime.From(utc)), (status.Kind, status.Length, status.Modified));
        Assert.Equal((UnixFileMode)0b111_101_001, status.Mode); // without the bit for setuid
        using var handle = File.OpenHandle(path);
        Assert.Equal(status, FileStatus.Of(handle, path));
        Assert.True(status.IsUnchangedSince(status));
    }

    [Fact]
    public void Each_difference_alone_is_a_change()
    {
        var status = FileStatus.Of(_folder.Write("x", "x"u8))!.Value;
        var others = new[]
        {
            status with { Volume = status.Volume + 1 },
            status with { Number = status.Number + 1 },
            status with { Length = status.Length + 1 },
            status with { Modified = new FileTime(1, 0) },
            status with { Changed = new FileTime(1, 0) },
        };
        Assert.All(others, other => Assert.False(other.IsUnchangedSince(status)));
        Assert.True((status with { Mode = UnixFileMode.None }).IsUnchangedSince(status));
    }

    [Fact]
    public void One_file_is_known_by_all_its_names()
    {
        var path = _folder.Write("x", "x"u8);
        var copy = FileStatus.Of(_folder.Write("copy", "x"u8))!.Value;
        UnixTool.Run("ln", path, _folder["hard"]);
        File.CreateSymbolicLink(_folder["soft"], path);
        File.CreateSymbolicLink(_folder["softer"], "soft");
        Directory.CreateSymbolicLink(_folder["folder"], _folder.Path);
        var status = FileStatus.Of(path)!.Value;
        foreach (var name in new[] { "hard", "soft", "softer", "folder/x", "folder/softer", "./x" })
        {
            Assert.True(FileStatus.Of(_folder[name])!.Value.IsSameFileAs(status), name);
            Assert.True(FileStatus.Of(_folder[name])!.Value.IsUnchangedSince(status), name);
        }
        Assert.False(copy.IsSameFileAs(status));
        Assert.Equal(FileKind.SymbolicLink, FileStatus.Of(_folder["soft"], followLinks: false)!.Value.Kind);
        Assert.False(FileStatus.Of(_folder["soft"], followLinks: false)!.Value.IsSameFileAs(status));
    }

    [Fact]
    public void File_without_identity_is_the_same_as_none()
    {
        var unknown = new FileStatus(FileKind.Regular, 0, 0, 0, default, null);
        Assert.False(unknown.IsSameFileAs(unknown));
    }

    [Fact]
    public void Each_kind_is_told_apart()
    {
        Assert.Equal(FileKind.Folder, KindOf(_folder.Path));
        UnixTool.Run("mkfifo", _folder["pipe"]);
        Assert.Equal(FileKind.Special, KindOf(_folder["pipe"]));
        Assert.Equal(FileKind.Special, KindOf("/dev/null"));
        File.CreateSymbolicLink(_folder["dangling"], _folder["none"]);
        Assert.Null(KindOf(_folder["dangling"]));
        Assert.Equal(FileKind.SymbolicLink, FileStatus.Of(_folder["dangling"], followLinks: false)?.Kind);
        Assert.Null(KindOf(_folder["none"]));
        Assert.Null(KindOf(_folder.Write("x", "x"u8) + "/none"));
    }

    [Fact]
    public void Name_that_cannot_be_looked_up_is_a_failure()
    {
        if (!OperatingSystem.IsLinux())
            Assert.Skip("Only Linux is asked so closely.");
        Assert.Throws<PathTooLongException>(() => FileStatus.Of(_folder[new string('a', 300)]));
        File.CreateSymbolicLink(_folder["circle"], _folder["circle"]);
        Assert.Throws<IOException>(() => FileStatus.Of(_folder["circle"]));
    }

    [Fact]
    public void Any_change_is_seen()
    {
        var path = _folder.Write("x", "12"u8);
        File.SetLastWriteTimeUtc(path, DateTime.UnixEpoch);
        var status = FileStatus.Of(path)!.Value;
        File.SetLastWriteTimeUtc(path, DateTime.UnixEpoch.AddTicks(1));
        Assert.False(FileStatus.Of(path)!.Value.IsUnchangedSince(status));
        File.AppendAllText(path, "3");
        File.SetLastWriteTimeUtc(path, DateTime.UnixEpoch);
        Assert.False(FileStatus.Of(path)!.Value.IsUnchangedSince(status));
        Successor.Takes(_folder.Write("other", "12"u8), path);
        File.SetLastWriteTimeUtc(path, DateTime.UnixEpoch);
        Assert.False(FileStatus.Of(path)!.Value.IsUnchangedSince(status));
    }

    [Fact]
    public void Stranger_is_who_is_neither_this_user_nor_root()
    {
        var path = _folder.Write("x", "x"u8);
        Assert.False(FileOwner.IsStranger(FileStatus.Of(path)!.Value));
        Assert.False(FileOwner.IsStranger(FileStatus.Of("/")!.Value));
        if (!UnixTool.IsRoot)
            Assert.Skip("Only root gives files away.");
        UnixTool.Run("chown", "12345", path);
        Assert.True(FileOwner.IsStranger(FileStatus.Of(path)!.Value));
    }

    private static FileKind? KindOf(string path) => FileStatus.Of(path)?.Kind;
}
