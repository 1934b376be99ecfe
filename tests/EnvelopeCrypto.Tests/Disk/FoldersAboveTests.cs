using EnvelopeCrypto.Disk;
using EnvelopeCrypto.Tests.Support;

namespace EnvelopeCrypto.Tests.Disk;

public sealed class FoldersAboveTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Each_folder_is_flushed_once_and_one_beside_it_by_itself()
    {
        var files = new ScriptedFileSystem();
        var flushed = Count(files);
        var above = new FoldersAbove(files);
        above.Flush(Made("a/b/c"));
        var first = flushed();
        Assert.True(first > 2);
        above.Flush(Made("a/b/c"));
        Assert.Equal(first, flushed());
        above.Flush(Made("a/x/y"));
        Assert.Equal(first + 1, flushed());
    }

    // What a folder's own flush has said is worth nothing while its name is not known to be on the disk.
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void After_a_failure_the_next_call_tries_all_again(int failing)
    {
        var files = new ScriptedFileSystem();
        var flushes = 0;
        files.Before = (call, _) =>
        {
            if (call == "FlushFolder" && ++flushes == failing)
                throw new IOException("the disk fails once");
        };
        var above = new FoldersAbove(files);
        Assert.Throws<IOException>(() => above.Flush(Made("a/b/c")));
        flushes = 100;
        above.Flush(Made("a/b/c"));
        Assert.True(flushes - 100 >= 3, $"{flushes - 100} folders were flushed");
    }

    [Fact]
    public void Folder_that_this_user_may_not_read_is_passed_by()
    {
        var files = new ScriptedFileSystem();
        var flushed = 0;
        files.Before = (call, _) =>
        {
            if (call == "FlushFolder" && ++flushed == 2)
                throw new UnauthorizedAccessException();
        };
        new FoldersAbove(files).Flush(Made("a/b/c"));
        Assert.True(flushed > 2, $"{flushed} folders were tried");
    }

    private static Func<int> Count(ScriptedFileSystem files)
    {
        var flushes = 0;
        files.Before = (call, _) => flushes += call == "FlushFolder" ? 1 : 0;
        return () => flushes;
    }

    private string Made(string relative) => Directory.CreateDirectory(_folder[relative]).FullName;
}
