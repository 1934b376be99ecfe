using EnvelopeCrypto.Disk;
using EnvelopeCrypto.Files;
using EnvelopeCrypto.Tests.Support;

namespace EnvelopeCrypto.Tests.Batches;

/// <summary>Names that a share, WSL or a program with <c>\\?\</c> can make, and by which Windows opens something else.</summary>
public sealed class UnusableNameTests : IDisposable
{
    private readonly TreeBench _bench = new();

    public UnusableNameTests()
    {
        if (OperatingSystem.IsWindows())
            return;
        Dispose(); // which nobody calls for a test that its constructor skips
        Assert.Skip("Such names are ordinary ones elsewhere.");
    }

    public void Dispose() => _bench.Dispose();

    [Theory]
    [InlineData("x.")]
    [InlineData("x ")]
    [InlineData("NUL")]
    public void File_or_folder_in_a_tree_with_such_a_name_is_an_error_of_its_own(string name)
    {
        _bench.Write("t/x", "another file");
        _bench.Write("t/f/x", "another file");
        WithExact(_bench["t"], name, () =>
        {
            var outcomes = _bench.Protect(_bench["t"], _bench["vault"]);
            outcomes.Of(Path.Join(_bench["t"], name)).FailedAs(EnvelopeError.NameUnusable);
            outcomes.Of(Path.Join(_bench["t"], "x")).Became(FileOutcome.Protected);
            Assert.Equal(3, outcomes.Count);
        });
        Directory.CreateDirectory(@"\\?\" + Path.Join(_bench["t"], "f."));
        var folder = _bench.Protect(_bench["t"], _bench["vault2"]);
        folder.Of(Path.Join(_bench["t"], "f.")).FailedAs(EnvelopeError.NameUnusable);
        Assert.Equal(3, folder.Count);
        Directory.Delete(@"\\?\" + Path.Join(_bench["t"], "f."));
    }

    [Fact]
    public void Output_that_would_have_such_a_name_is_not_made()
    {
        _bench.Protect(_bench.Write("a", "content"));
        File.Copy(_bench["a.evc"], _bench.Write("vault/x..evc"), overwrite: true);
        var outcome = Assert.Single(_bench.Unprotect(_bench["vault"], _bench["back"]));
        outcome.FailedAs(EnvelopeError.NameUnusable);
        Assert.Equal([], Directory.CreateDirectory(_bench["back"]).GetFiles());
        foreach (var name in new[] { "NUL", "x.", "x ", "a?b", "a*b", "a|b", "a<b", "a>b", "\"a\"", "a:b", "x:$DATA", "a\tb" })
            Refused.As(EnvelopeError.NameUnusable, () => OutputFile.RequireFree(FileSystem.Default, Path.Join(_bench["back"], name), replace: true));
    }

    [Theory]
    [InlineData("a?b")]
    [InlineData("a:b")]
    public void Folder_that_would_have_such_a_name_is_not_made(string name)
    {
        _bench.Write("t/x", "content");
        var outcome = Assert.Single(_bench.Protect(_bench["t"], Path.Join(_bench["back"], name, "below")));
        outcome.FailedAs(EnvelopeError.NameUnusable);
        Assert.False(Directory.Exists(_bench["back"]));
    }

    [Theory]
    [InlineData("a?b")]
    [InlineData("a|b")]
    public void No_source_has_such_a_name(string name) =>
        Assert.Single(_bench.Protect(Path.Join(_bench.Folder.Path, name), _bench["vault"])).FailedAs(EnvelopeError.NameUnusable);

    private static void WithExact(string folder, string name, Action act)
    {
        var exact = @"\\?\" + Path.Join(folder, name);
        File.WriteAllText(exact, "content");
        try
        {
            act();
        }
        finally
        {
            File.Delete(exact);
        }
    }
}
