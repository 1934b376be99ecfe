using EnvelopeCrypto.Disk;
using EnvelopeCrypto.Tests.Support;

namespace EnvelopeCrypto.Tests.Disk;

/// <summary>With temporary files that have a name and with those that have none.</summary>
public sealed class OutputFileTests : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode Everybody = OwnerOnly | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void File_appears_whole_when_it_is_published_and_not_before(bool named)
    {
        using (var output = Create(named, replace: false))
        {
            output.Write("hello "u8);
            output.Write("world"u8.ToArray(), 0, 5);
            Assert.Equal((11, 11), (output.Length, output.Position));
            Assert.Equal(named || !OperatingSystem.IsLinux() ? 1 : 0, Directory.GetFiles(_folder.Path).Length);
            Assert.False(File.Exists(_folder["x"]));
            output.Publish(new FileTime(-5, 700), Everybody, flush: true);
        }
        Assert.Equal([_folder["x"]], Directory.GetFileSystemEntries(_folder.Path));
        Assert.Equal("hello world", File.ReadAllText(_folder["x"]));
        Assert.Equal(new FileTime(-5, 700), FileStatus.Of(_folder["x"])!.Value.Modified);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void File_is_its_owners_alone_until_it_has_its_mode(bool named)
    {
        if (OperatingSystem.IsWindows())
            Assert.Skip("Windows has no modes.");
        using (var output = Create(named, replace: false))
        {
            Assert.Equal(OwnerOnly, FileStatus.Of(output.Handle, "").Mode);
            output.Publish(modified: null, Everybody, flush: false);
        }
        Assert.Equal(Everybody, FileStatus.Of(_folder["x"])?.Mode);
        using (var output = Create(named, replace: true))
            output.Publish(modified: null, mode: null, flush: false);
        Assert.Equal(OwnerOnly, FileStatus.Of(_folder["x"])?.Mode);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Dispose_without_publish_leaves_nothing(bool named)
    {
        _folder.Write("x", "what was there"u8);
        using (var output = Create(named, replace: true))
            output.Write("new"u8);
        Assert.Equal([_folder["x"]], Directory.GetFileSystemEntries(_folder.Path));
        Assert.Equal("what was there", File.ReadAllText(_folder["x"]));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Replacing_leaves_nothing_of_the_old(bool named)
    {
        _folder.Write("x", "what was there, and longer"u8);
        using (var output = Create(named, replace: true))
        {
            output.Write("new"u8);
            output.Publish(modified: null, mode: null, flush: true);
        }
        Assert.Equal([_folder["x"]], Directory.GetFileSystemEntries(_folder.Path));
        Assert.Equal("new", File.ReadAllText(_folder["x"]));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void File_that_appeared_meanwhile_is_kept(bool named)
    {
        using (var output = Create(named, replace: false))
        {
            output.Write("new"u8);
            _folder.Write("x", "somebody was faster"u8);
            var failure = Refused.As(EnvelopeError.DestinationExists, () => output.Publish(modified: null, mode: null, flush: false));
            Assert.Equal(_folder["x"], failure.Path);
        }
        Assert.Equal([_folder["x"]], Directory.GetFileSystemEntries(_folder.Path));
        Assert.Equal("somebody was faster", File.ReadAllText(_folder["x"]));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Of_two_at_once_exactly_one_gets_the_name(bool named)
    {
        for (var round = 0; round < 300; round++)
        {
            var winners = 0;
            using var one = Create(named, replace: false);
            using var other = Create(named, replace: false);
            using var start = new Barrier(2);
            var thread = new Thread(() => Publish(other));
            thread.Start();
            Publish(one);
            thread.Join();
            Assert.Equal(1, winners);
            one.Dispose();
            other.Dispose();
            Assert.Equal([_folder["x"]], Directory.GetFileSystemEntries(_folder.Path));
            File.Delete(_folder["x"]);

            void Publish(OutputFile output)
            {
                start.SignalAndWait();
                try
                {
                    output.Publish(modified: null, mode: null, flush: false);
                    Interlocked.Increment(ref winners);
                }
                catch (EnvelopeException failure) when (failure.Error == EnvelopeError.DestinationExists)
                {
                    // The other one was faster.
                }
            }
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Room_that_was_taken_and_not_needed_is_given_back(bool named)
    {
        using (var output = Create(named, replace: false))
        {
            output.Reserve(100_000);
            output.Write("short"u8);
            output.Publish(modified: null, mode: null, flush: false);
        }
        Assert.Equal("short", File.ReadAllText(_folder["x"]));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Room_that_was_not_enough_is_no_limit(bool named)
    {
        using (var output = Create(named, replace: false))
        {
            output.Reserve(2);
            output.Write("longer than that"u8);
            output.Publish(modified: null, mode: null, flush: false);
        }
        Assert.Equal("longer than that", File.ReadAllText(_folder["x"]));
    }

    /// <summary>As macOS does: there a file that has no final name yet cannot be asked by it.</summary>
    [Fact]
    public void Where_names_are_looked_up_by_path_the_file_gets_its_time()
    {
        using (var output = OutputFile.Create(new PathFileSystem(), _folder["x"], replace: false))
        {
            output.Write("whole"u8);
            output.Publish(new FileTime(1_000_000_000, 0), mode: null, flush: true);
            Assert.Null(output.NotKept);
        }
        Assert.Equal("whole", File.ReadAllText(_folder["x"]));
        Assert.Equal(new FileTime(1_000_000_000, 0), FileStatus.Of(_folder["x"])!.Value.Modified);
    }

    public static TheoryData<string> RefusalsOfATime => ["EACCES", "EPERM"];

    [Theory]
    [MemberData(nameof(RefusalsOfATime))]
    public void Share_that_lets_nobody_set_a_time_keeps_the_bytes(string refusal)
    {
        Exception failure = refusal == "EPERM" ? new IOException("Operation not permitted.", 1) : new UnauthorizedAccessException();
        using (var output = CreateFailing("SetModified", failure))
        {
            output.Write("whole"u8);
            output.Publish(new FileTime(0, 0), Everybody, flush: true);
        }
        Assert.Equal("whole", File.ReadAllText(_folder["x"]));
        Assert.NotEqual(new FileTime(0, 0), FileStatus.Of(_folder["x"])!.Value.Modified);
    }

    [Fact]
    public void Time_that_a_failing_disk_does_not_take_fails_the_output()
    {
        using (var output = CreateFailing("SetModified", ScriptedFileSystem.Failure("SetModified")))
        {
            output.Write("whole"u8);
            Refused.As(EnvelopeError.OutputFailed, () => output.Publish(new FileTime(0, 0), Everybody, flush: true));
        }
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
    }

    // Neither full nor "nothing was written": the file is there.
    [Theory]
    [InlineData(false, 5)]
    [InlineData(true, 5)]
    [InlineData(false, 28)]
    [InlineData(true, 28)]
    public void Disk_that_does_not_confirm_the_name_leaves_the_file_and_does_not_deny_it(bool replace, int errno)
    {
        if (replace)
            _folder.Write("x", "what was there"u8);
        using (var output = CreateFailing(nameof(FileSystem.FlushFolder), new IOException("The disk does not answer.", errno), replace))
        {
            output.Write("new"u8);
            var failure = Refused.As(EnvelopeError.OutputFailed, () => output.Publish(modified: null, mode: null, flush: true));
            Assert.Equal(_folder["x"], failure.Path);
            Assert.DoesNotContain("cannot be written", failure.Reason, StringComparison.Ordinal);
        }
        Assert.Equal("new", File.ReadAllText(_folder["x"]));
        Assert.Equal([_folder["x"]], Directory.GetFileSystemEntries(_folder.Path));
    }

    /// <summary>As on a full NTFS disk by FUSE.</summary>
    [Fact]
    public void What_cannot_be_deleted_while_it_is_open_is_deleted_when_it_is_closed()
    {
        var files = new ScriptedFileSystem { Named = true };
        using (var output = OutputFile.Create(files, _folder["x"], replace: false))
        {
            output.Write("new"u8);
            files.Before = (call, _) =>
            {
                if (call == nameof(FileSystem.Delete) && !output.Handle.IsClosed)
                    throw FullDisk.Failure();
            };
        }
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public void It_can_only_be_written()
    {
        using var output = Create(named: false, replace: false);
        Assert.Equal((false, false, true), (output.CanRead, output.CanSeek, output.CanWrite));
        Assert.Throws<NotSupportedException>(() => output.Read(new byte[1], 0, 1));
        Assert.Throws<NotSupportedException>(() => output.Seek(0, SeekOrigin.Begin));
        Assert.Throws<NotSupportedException>(() => output.SetLength(0));
        Assert.Throws<NotSupportedException>(() => output.Position = 0);
        output.Dispose();
        output.Dispose();
        Assert.False(output.CanWrite);
    }

    private OutputFile CreateFailing(string failing, Exception failure, bool replace = false)
    {
        var files = new ScriptedFileSystem
        {
            Before = (call, _) =>
            {
                if (call == failing)
                    throw failure;
            },
        };
        return OutputFile.Create(files, _folder["x"], replace);
    }

    private OutputFile Create(bool named, bool replace) =>
        OutputFile.Create(new ScriptedFileSystem { Named = named }, _folder["x"], replace);
}
