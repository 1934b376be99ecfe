using EnvelopeCrypto.Files;
using EnvelopeCrypto.Tests.Keys.Local;
using EnvelopeCrypto.Tests.Support;

namespace EnvelopeCrypto.Tests.Batches;

/// <summary>What may not be read, listed or written.</summary>
[Trait(UnprivilegedUser.Trait, UnprivilegedUser.Value)]
public sealed class PermissionTests(UnprivilegedUser user) : IDisposable
{
    private const UnixFileMode Closed = UnixFileMode.None;
    private const UnixFileMode Open = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly TreeBench _bench = new();
    private readonly List<string> _closed = [];

    public void Dispose()
    {
        _closed.ForEach(path => KeyringPlace.Chmod(path, Open));
        _bench.Dispose();
    }

    [Fact]
    public void File_that_may_not_be_read_stops_no_other()
    {
        if (user.HasPassed())
            return;
        _bench.Write("t/a");
        var closed = Close(_bench.Write("t/b"), Closed);
        var outcomes = _bench.Protect(_bench["t"], _bench["vault"]);
        outcomes.Of(closed).FailedAs(EnvelopeError.SourceUnreadable);
        outcomes.Of(_bench["t/a"]).Became(FileOutcome.Protected);
    }

    [Theory]
    [InlineData(UnixFileMode.None)]
    [InlineData(UnixFileMode.UserExecute)] // cannot be listed
    public void Folder_that_may_not_be_read_stops_no_other(UnixFileMode mode)
    {
        if (user.HasPassed())
            return;
        _bench.Write("t/a");
        _bench.Write("t/sub/b");
        var closed = Close(_bench["t/sub"], mode);
        var outcomes = _bench.Protect(_bench["t"], _bench["vault"]);
        outcomes.Of(closed).FailedAs(EnvelopeError.SourceUnreadable);
        outcomes.Of(_bench["t/a"]).Became(FileOutcome.Protected);
        Assert.Equal(2, outcomes.Count);
    }

    [Fact]
    public void Folder_that_may_be_listed_but_not_searched_fails_file_by_file()
    {
        if (user.HasPassed())
            return;
        _bench.Write("t/a");
        _bench.Write("t/sub/b");
        Close(_bench["t/sub"], UnixFileMode.UserRead);
        var outcomes = _bench.Protect(_bench["t"], _bench["vault"]);
        outcomes.Of(_bench["t/sub/b"]).FailedAs(EnvelopeError.SourceUnreadable);
        outcomes.Of(_bench["t/a"]).Became(FileOutcome.Protected);
    }

    [Fact]
    public void Destination_that_may_not_be_written_fails_each_file()
    {
        if (user.HasPassed())
            return;
        _bench.Write("t/a");
        _bench.Write("t/sub/b");
        Close(_bench.Folder.Make("vault"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
        var outcomes = _bench.Protect(_bench["t"], _bench["vault"]);
        Assert.Equal(2, outcomes.Count);
        Assert.All(outcomes, outcome => outcome.FailedAs(EnvelopeError.OutputFailed));
        Assert.Empty(Directory.GetFileSystemEntries(_bench["vault"]));
    }

    [Fact]
    public void Named_files_in_a_folder_that_may_not_be_listed_are_worked_on()
    {
        if (user.HasPassed())
            return;
        string[] paths = [_bench.Write("t/a"), _bench.Write("t/b")];
        Close(_bench["t"], UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        _bench.Protect(paths).AllBecame(FileOutcome.Protected, 2);
    }

    [Fact]
    public void Read_only_source_folder_is_protected_elsewhere()
    {
        if (user.HasPassed())
            return;
        _bench.Write("t/a");
        Close(_bench["t"], UnixFileMode.UserRead | UnixFileMode.UserExecute);
        _bench.Protect(_bench["t"], _bench["vault"]).AllBecame(FileOutcome.Protected, 1);
    }

    private string Close(string path, UnixFileMode mode)
    {
        KeyringPlace.Chmod(path, mode);
        _closed.Add(path);
        return path;
    }
}
