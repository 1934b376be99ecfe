using EnvelopeCrypto.Batches;
using EnvelopeCrypto.Cli;
using EnvelopeCrypto.Disk;
using EnvelopeCrypto.Tests.Support;

namespace EnvelopeCrypto.Tests.Cli;

/// <summary>Which files the tool takes on a system whose shells expand no wildcards, as on Windows.</summary>
public sealed class InputPathsTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Wildcards_are_expanded_as_the_cmdlets_do()
    {
        Write("a.sql", "b.sql", "c.txt", "x1/d.sql", "x2/e.sql");
        Assert.Equal(["a.sql", "b.sql"], Found(Windows(_folder["*.SQL"])));
        Assert.Equal(["x1/d.sql", "x2/e.sql"], Found(Windows(_folder["x?/*.sql"]))); // below the part before the first wildcard
        Assert.Equal(["a.sql", "c.txt"], Found(Windows(_folder["c.txt"], _folder["[a]*"])));
    }

    [Fact]
    public void A_name_that_is_there_letter_by_letter_is_meant()
    {
        Write("a[1].sql", "a1.sql", "[x]/b");
        Assert.Equal(["a[1].sql"], Found(Windows(_folder["a[1].sql"])));
        Assert.Equal(["b"], Found(Windows(_folder["[x]"]), new SourceSelection { Recurse = true }));
        Assert.Equal(["a1.sql"], Found(Windows(_folder["a[12].sql"])));
    }

    [Fact]
    public void A_pattern_that_matches_nothing_is_an_error()
    {
        using var tree = new SourceTree(new SourceSelection());
        var entry = Assert.Single(Windows(_folder["*.nothing"]).Find(tree));
        Assert.Equal(EnvelopeError.NothingMatched, entry.Failure!.Error);
    }

    [Fact]
    public void Where_the_shell_expands_them_what_is_left_is_a_name()
    {
        var paths = new InputPaths([_folder["*.sql"]], expandsWildcards: false, FileSystem.Default);
        if (OperatingSystem.IsWindows())
        {
            using var tree = new SourceTree(new SourceSelection());
            Assert.Equal(EnvelopeError.NameUnusable, Assert.Single(paths.Find(tree)).Failure!.Error);
            return;
        }
        Write("a.sql", "*.sql");
        Assert.Equal(["*.sql"], Found(paths));
    }

    [Fact]
    public void A_pattern_can_mean_several_files()
    {
        Write("a[1].sql");
        Assert.True(Windows(_folder["*.sql"]).AreSeveral);
        Assert.False(Windows(_folder["a[1].sql"]).AreSeveral);
        Assert.False(Windows("-").AreSeveral);
    }

    [Fact]
    public void Results_of_a_relative_pattern_are_relative()
    {
        var here = Path.GetRelativePath(Environment.CurrentDirectory, _folder.Path);
        Write("a.sql", "x/b.sql");
        using var tree = new SourceTree(new SourceSelection());
        var found = Windows(Path.Combine(here, "*.sql"), Path.Combine(here, "x", "*")).Find(tree).ToArray();
        Assert.Equal(
            [Path.Combine(here, "a.sql"), Path.Combine(here, "x", "b.sql")], found.Select(entry => entry.Given).ToArray());
        Assert.All(found, entry => Assert.True(Path.IsPathFullyQualified(entry.Path)));
    }

    // The output of the first is the second, which would be gone before it was read.
    [Fact]
    public void What_a_pattern_matches_is_no_output()
    {
        Write("a.evc.evc", "a.evc", "x/b.evc", "c.txt");
        using var tree = new SourceTree(new SourceSelection { EnvelopesOnly = true, TakesEnvelopes = true, Recurse = true });
        Windows(_folder["*.evc"], _folder["x*"]).Announce(tree);
        Assert.True(tree.WouldTake(_folder["a.evc"]));
        Assert.True(tree.WouldTake(_folder["x/b.evc"]));
        Assert.False(tree.WouldTake(_folder["c.txt"]));
        Assert.False(tree.WouldTake(_folder["y/b.evc"]));
    }

    private static InputPaths Windows(params string[] paths) => new(paths, expandsWildcards: true, new WindowsNames());

    private static string[] Found(InputPaths paths, SourceSelection? selection = null)
    {
        using var tree = new SourceTree(selection ?? new SourceSelection());
        return [.. paths.Find(tree).Select(entry => entry.Failure?.Message ?? entry.RelativePath.Replace('\\', '/')).Order(StringComparer.Ordinal)];
    }

    private void Write(params string[] names)
    {
        foreach (var name in names)
            _folder.Write(name, []);
    }
}
