using EnvelopeCrypto.Batches;
using EnvelopeCrypto.Disk;

namespace EnvelopeCrypto.Tests.Batches;

/// <summary>Which files are found, and what their place below the root is.</summary>
public sealed class SourceTreeTests : IDisposable
{
    private readonly TreeFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Directory_given_by_name_is_its_own_root()
    {
        Write("t/a", "t/sub/b");
        Assert.Equal(["a", "sub/b"], Inputs(new SourceSelection { Recurse = true }, _folder["t"]));
        Assert.Equal(["a", "sub/b"], Inputs(new SourceSelection { Recurse = true }, _folder["t"] + "/"));
    }

    [Fact]
    public void Root_that_is_given_counts_for_all()
    {
        Write("t/a", "t/sub/b", "t/sub/c");
        Assert.Equal(["t/sub/b", "t/sub/c"], Inputs(new SourceSelection { Recurse = true, Root = _folder.Path }, _folder["t/sub"]));
        Assert.Equal(["sub/b"], Inputs(new SourceSelection { Root = _folder["t"] + "/" }, _folder["t/sub/b"]));
    }

    [Fact]
    public void Folder_of_a_named_file_is_its_root()
    {
        Write("t/sub/b");
        Assert.Equal(["b"], Inputs(new SourceSelection(), _folder["t/sub/b"]));
        Assert.Equal(["b"], Inputs(new SourceSelection(), _folder["t/sub/../sub/./b"]));
    }

    [Fact]
    public void Default_root_of_a_piped_file_is_the_callers()
    {
        Write("t/sub/b");
        using var tree = new SourceTree(new SourceSelection());
        Assert.Equal(["t/sub/b"], Names(tree.Find(_folder["t/sub/b"], _folder.Path)));
    }

    [Fact]
    public void Wildcards_root_is_the_part_before_the_first_wildcard()
    {
        Write("t/x1/a.txt", "t/x2/b.txt", "t/y/c.txt", "t/x2/d.log");
        Assert.Equal(["x1/a.txt", "x2/b.txt"], Matching(new SourceSelection(), "t/x*/*.txt"));
        Assert.Equal(["b.txt"], Matching(new SourceSelection(), "t/x2/*.txt"));
        Assert.Equal(["x2/b.txt"], Matching(new SourceSelection { Root = _folder["t"] }, "t/x2/*.txt"));
    }

    [Fact]
    public void Doubled_and_trailing_separators_of_a_pattern_do_no_harm()
    {
        Write("t/x1/a.txt");
        Assert.Equal(["x1/a.txt"], Matching(new SourceSelection(), "t/x*//a.txt"));
        Assert.Equal(["x1/a.txt"], Matching(new SourceSelection(), "t/x*/./*.txt"));
        Assert.Equal(["x1/a.txt"], Matching(new SourceSelection { Recurse = true }, "t/x*/"));
    }

    [Fact]
    public void Directory_that_a_wildcard_matches_is_gone_through_only_when_asked()
    {
        Write("t/a.txt", "t/sub/b.txt");
        Assert.Equal(["a.txt", "sub/b.txt"], Matching(new SourceSelection { Recurse = true }, "t/*"));
        var entries = Match(new SourceSelection(), "t/*");
        Assert.Equal(["a.txt"], Names(entries));
        Assert.NotNull(Assert.Single(entries, entry => entry.Path == _folder["t/sub"]).LeftOut);
    }

    [Fact]
    public void Wildcard_takes_neither_our_own_names_nor_what_is_excluded()
    {
        Write("t/a.txt", "t/b.txt", "t/c.log", Path.Join("t", TemporaryFile.NewName()), "t/d.txt.evc.lock");
        Assert.Equal(["a.txt"], Matching(new SourceSelection { Include = ["*.txt", "*.lock", "*.tmp"], Exclude = ["b*"] }, "t/*"));
    }

    [Fact]
    public void Pattern_that_matches_nothing_is_an_error()
    {
        Write("t/a[1].txt");
        Assert.Equal(EnvelopeError.NothingMatched, Assert.Single(Match(new SourceSelection(), "t/*.nothing")).Failure?.Error);
        Assert.Equal(EnvelopeError.NothingMatched, Assert.Single(Match(new SourceSelection(), "none/*")).Failure?.Error);
        var failure = Assert.Single(Match(new SourceSelection(), "t/a[1].txt")).Failure;
        Assert.Equal(EnvelopeError.NothingMatched, failure?.Error);
        Assert.Contains("name", failure!.Reason, StringComparison.Ordinal);
        Assert.Equal(["a[1].txt"], Matching(new SourceSelection(), "t/a`[1`].txt"));
    }

    [Fact]
    public void File_outside_its_root_is_refused()
    {
        Write("t/a", "tt/b");
        var failure = Assert.Single(Find(new SourceSelection { Root = _folder["t"] }, _folder["tt/b"])).Failure;
        Assert.Equal(EnvelopeError.OutsideRoot, failure?.Error);
        Assert.Equal(_folder["tt/b"], failure?.Path);
        Assert.Equal(
            EnvelopeError.OutsideRoot,
            Assert.Single(Find(new SourceSelection { Recurse = true, Root = _folder["t"] }, _folder["tt"])).Failure?.Error);
    }

    [Fact]
    public void Path_that_is_not_there_is_an_error()
    {
        foreach (var path in new[] { _folder["none"], "", _folder["none/deeper"] })
            Assert.Equal(EnvelopeError.SourceNotFound, Assert.Single(Find(new SourceSelection(), path)).Failure?.Error);
    }

    [Fact]
    public void Path_with_a_zero_character_is_an_error()
    {
        Write("a");
        Assert.NotNull(Assert.Single(Find(new SourceSelection(), _folder["a"] + "\0b")).Failure);
    }

    [Fact]
    public void Directory_without_recursion_is_left_out_from_a_pipeline_and_an_error_by_name()
    {
        Write("t/a");
        Assert.NotNull(Assert.Single(Find(new SourceSelection { FromPipeline = true }, _folder["t"])).LeftOut);
        Assert.Equal(EnvelopeError.SourceNotAFile, Assert.Single(Find(new SourceSelection(), _folder["t"])).Failure?.Error);
    }

    [Fact]
    public void Include_takes_names_and_paths()
    {
        Write("t/a.txt", "t/b.log", "t/sub/c.txt", "t/sub/d.log", "t/sub/deep/e.txt");
        Assert.Equal(
            ["a.txt", "sub/c.txt", "sub/deep/e.txt"], Inputs(new SourceSelection { Recurse = true, Include = ["*.TXT"] }, _folder["t"]));
        Assert.Equal(
            ["sub/c.txt", "sub/deep/e.txt"], Inputs(new SourceSelection { Recurse = true, Include = ["sub/*.txt"] }, _folder["t"]));
        Assert.Equal(["b.log", "sub/c.txt"], Inputs(new SourceSelection { Recurse = true, Include = ["b*", "c.[t]xt"] }, _folder["t"]));
    }

    [Fact]
    public void Exclude_is_stronger_than_include()
    {
        Write("t/a.txt", "t/b.txt");
        Assert.Equal(["b.txt"], Inputs(new SourceSelection { Recurse = true, Include = ["*.txt"], Exclude = ["a*"] }, _folder["t"]));
    }

    [Fact]
    public void Directory_that_is_excluded_is_not_entered()
    {
        Write("t/a", "t/skip/b", "t/sub/skip/c", "t/sub/d");
        _folder.Make("t/skip/empty");
        var entries = Find(new SourceSelection { Recurse = true, Exclude = ["skip"] }, _folder["t"]);
        Assert.Equal(["a", "sub/d"], Names(entries));
        Assert.Equal(2, entries.Count);
        Assert.Equal(["a", "skip/b", "sub/d"], Inputs(new SourceSelection { Recurse = true, Exclude = ["sub/skip"] }, _folder["t"]));
    }

    [Fact]
    public void Our_own_names_are_left_out_and_said()
    {
        Write(Path.Join("t", TemporaryFile.NewName()), "t/a.evc.lock", $"t/.envelope-{new string('a', 32)}.lock");
        Assert.All(Find(new SourceSelection { Recurse = true }, _folder["t"]), entry => Assert.NotNull(entry.LeftOut));
    }

    [Fact]
    public void Names_that_only_look_like_ours_are_taken()
    {
        var names = new[] { ".envelope-notes.lock", ".envelope-1123456789ABCDEF.tmp", ".envelope-0123.tmp", ".envelope-0123456789abcdef.tmp2", "yarn.lock", ".envelope-", ".envelope-0123456789abcdef.tmp" };
        Write([.. names.Select(name => "t/" + name)]);
        Assert.Equal(names.Order(StringComparer.Ordinal).ToList(), Inputs(new SourceSelection { Recurse = true }, _folder["t"]));
    }

    [Fact]
    public void Empty_directories_are_left_out_and_said()
    {
        Write("t/a");
        _folder.Make("t/empty");
        var entries = Find(new SourceSelection { Recurse = true }, _folder["t"]);
        Assert.Contains("empty", Assert.Single(entries, entry => entry.Path == _folder["t/empty"]).LeftOut, StringComparison.Ordinal);
        Assert.NotNull(Assert.Single(Find(new SourceSelection { Recurse = true }, _folder["t/empty"])).LeftOut);
    }

    [Fact]
    public void Hidden_files_and_folders_are_taken()
    {
        Write("t/.a", "t/.hidden/b");
        Assert.Equal([".a", ".hidden/b"], Inputs(new SourceSelection { Recurse = true }, _folder["t"]));
    }

    [Fact]
    public void Other_files_than_envelopes_are_left_out_when_envelopes_are_meant()
    {
        Write("t/a.evc", "t/B.EVC", "t/plain.txt", "t/empty");
        File.WriteAllBytes(_folder["t/renamed"], [0x89, (byte)'E', (byte)'V', (byte)'C', (byte)'\r', (byte)'\n', 0x1a, (byte)'\n', 1]);
        var entries = Find(new SourceSelection { Recurse = true, EnvelopesOnly = true }, _folder["t"]);
        Assert.Equal(["B.EVC", "a.evc", "renamed"], Names(entries));
        Assert.Equal(2, entries.Count(entry => entry.LeftOut is not null));
    }

    // On Windows nobody can remove or rename a folder that is open.
    [Fact]
    public void Folders_that_were_gone_through_are_closed_with_the_tree()
    {
        Assert.SkipWhen(OperatingSystem.IsMacOS(), "There folders are not opened.");
        Write("t/a", "t/sub/b", "u/x1", "u/x2", "u/x/c");
        List<Folder> named;
        using (var tree = new SourceTree(new SourceSelection { Recurse = true }))
        {
            named = [.. tree.Find(_folder["t"]).Concat(tree.FindMatching(_folder["u/x*"])).Select(entry => entry.Root!)];
            Assert.Equal(5, named.Count);
            Assert.All(named, folder => Assert.False(folder.Handle.IsClosed));
        }
        Assert.All(named, folder => Assert.True(folder.Handle.IsClosed));
    }

    private void Write(params string[] names)
    {
        foreach (var name in names)
            _folder.Write(name, name.EndsWith(".lock", StringComparison.Ordinal) ? "" : "content"); // our locks are empty
    }

    private static List<SourceEntry> Find(SourceSelection selection, string path)
    {
        using var tree = new SourceTree(selection);
        return [.. tree.Find(path)];
    }

    private List<SourceEntry> Match(SourceSelection selection, string pattern)
    {
        using var tree = new SourceTree(selection);
        return [.. tree.FindMatching(_folder[pattern])];
    }

    private static List<string> Inputs(SourceSelection selection, string path) => Names(Find(selection, path));

    private List<string> Matching(SourceSelection selection, string pattern) => Names(Match(selection, pattern));

    private static List<string> Names(IEnumerable<SourceEntry> entries) =>
        [.. entries.Where(entry => entry.IsInput).Select(entry => entry.RelativePath.Replace('\\', '/')).Order(StringComparer.Ordinal)];
}
