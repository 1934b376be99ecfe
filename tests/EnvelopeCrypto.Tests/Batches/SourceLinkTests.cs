using EnvelopeCrypto.Batches;
using EnvelopeCrypto.Tests.Support;

namespace EnvelopeCrypto.Tests.Batches;

/// <summary>Links, special files, and a destination that lies in or around the source.</summary>
public sealed class SourceLinkTests : IDisposable
{
    private readonly TreeFolder _folder = new();

    public SourceLinkTests()
    {
        if (OperatingSystem.IsWindows())
            Dispose(); // nobody else does when a constructor throws
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Making links needs a privilege on Windows.");
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Links_in_a_tree_are_left_out_and_said()
    {
        _folder.Write("t/a", "x");
        _folder.Write("other/b", "x");
        string[] links = [_folder.Link("t/file", _folder["t/a"]), _folder.Link("t/folder", _folder["other"]), _folder.Link("t/parent", ".."), _folder.Link("t/dangling", "nowhere")];
        var entries = Find(follow: false, _folder["t"]);
        Assert.Equal(["a"], Names(entries));
        Assert.Equal(
            links.Order(StringComparer.Ordinal),
            entries.Where(entry => entry.LeftOut is not null).Select(entry => entry.Path).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Links_are_followed_when_asked()
    {
        _folder.Write("t/a", "x");
        _folder.Write("other/b", "x");
        _folder.Link("t/file", _folder["t/a"]);
        _folder.Link("t/folder", _folder["other"]);
        var dangling = _folder.Link("t/dangling", "nowhere");
        var entries = Find(follow: true, _folder["t"]);
        Assert.Equal(["a", "file", "folder/b"], Names(entries));
        Assert.Equal(EnvelopeError.SourceNotFound, Assert.Single(entries, entry => entry.Path == dangling).Failure?.Error);
    }

    [Theory]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("../..")]
    public void Loops_of_links_end(string target)
    {
        _folder.Write("t/sub/deep/a", "x");
        _folder.Link("t/sub/deep/loop", target);
        _folder.Link("t/self", "self");
        var entries = Find(follow: true, _folder["t"]);
        Assert.Equal(["sub/deep/a"], Names(entries));
    }

    [Fact]
    public void Link_to_above_the_tree_does_not_enter_the_tree_again()
    {
        _folder.Write("up/t/a", "x");
        _folder.Write("up/b", "x");
        _folder.Link("up/t/above", "..");
        Assert.Equal(["a", "above/b"], Names(Find(follow: true, _folder["up/t"])));
    }

    [Fact]
    public void Links_to_each_other_end()
    {
        _folder.Write("t/one/a", "x");
        _folder.Write("t/two/b", "x");
        _folder.Link("t/one/two", "../two");
        _folder.Link("t/two/one", "../one");
        Assert.Equal(["one/a", "one/two/b", "two/b", "two/one/a"], Names(Find(follow: true, _folder["t"])));
    }

    [Fact]
    public void Link_given_by_name_is_followed()
    {
        _folder.Write("t/a", "x");
        Assert.Equal(["link"], Names(Find(follow: false, _folder.Link("link", "t/a"))));
        Assert.Equal(["a"], Names(Find(follow: false, _folder.Link("folder", "t"))));
        Assert.Equal(EnvelopeError.SourceNotFound, Assert.Single(Find(follow: false, _folder.Link("dangling", "nowhere"))).Failure?.Error);
    }

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task Pipe_socket_and_device_are_refused_and_never_opened()
    {
        _folder.Write("t/a", "x");
        _folder.Shell("mkfifo t/pipe");
        using var socket = new System.Net.Sockets.Socket(
            System.Net.Sockets.AddressFamily.Unix, System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Unspecified);
        socket.Bind(new System.Net.Sockets.UnixDomainSocketEndPoint(_folder["t/socket"]));
        _folder.Link("t/device", "/dev/zero");
        await Task.Run(() =>
        {
            var entries = Find(follow: true, _folder["t"]);
            Assert.Equal(["a"], Names(entries));
            foreach (var name in new[] { "pipe", "socket", "device" })
            {
                Assert.Equal(
                    EnvelopeError.SourceNotAFile, Assert.Single(entries, entry => entry.Path == _folder["t/" + name]).Failure?.Error);
                Assert.Equal(EnvelopeError.SourceNotAFile, Assert.Single(Find(follow: false, _folder["t/" + name])).Failure?.Error);
            }
        });
    }

    [Fact]
    public void Destination_in_the_source_is_left_out()
    {
        _folder.Write("t/a", "x");
        _folder.Write("t/vault/b", "x");
        _folder.Write("t/vault2/c", "x");
        Assert.Equal(["a", "vault2/c"], Names(Find(follow: false, _folder["t"], _folder["t/vault"])));
        Assert.Equal(["a", "vault2/c"], Names(Find(follow: false, _folder["t"], _folder["t/vault/"])));
        Assert.NotNull(Assert.Single(Find(follow: false, _folder["t/vault/b"], _folder["t/vault"])).LeftOut);
    }

    [Fact]
    public void Destination_is_known_by_whatever_way_it_is_named()
    {
        _folder.Write("t/a", "x");
        _folder.Write("t/vault/sub/b", "x");
        _folder.Link("link", "t");
        _folder.Link("short", "t/vault");
        Assert.Equal(["a"], Names(Find(follow: false, _folder["t"], _folder["link/vault"])));
        Assert.Equal(["a"], Names(Find(follow: false, _folder["t"], _folder["short"])));
        Assert.Equal(["a"], Names(Find(follow: false, _folder["link"], _folder["t/vault"])));
        Assert.Empty(Names(Find(follow: false, _folder["link/vault/sub"], _folder["t/vault"])));
        Assert.Empty(Names(Find(follow: false, _folder["link/vault/sub/b"], _folder["t/vault"])));
    }

    [Fact]
    public void What_a_pattern_matches_is_followed_unless_sources_are_removed()
    {
        _folder.Write("t/a", "a");
        _folder.Write("other/b", "b");
        _folder.Link("t/file", _folder["other/b"]);
        _folder.Link("t/folder", _folder["other"]);
        Assert.Equal(["a", "b", "file"], Matching(removes: false, "t/*"));
        Assert.Equal(["a"], Matching(removes: true, "t/*"));
        Assert.Equal(["b"], Matching(removes: false, "t/fold*/*"));
        Assert.Empty(Matching(removes: true, "t/fold*/*"));

        string[] Matching(bool removes, string pattern)
        {
            using var tree = new SourceTree(new SourceSelection { Recurse = true, RemovesSources = removes, AllowEmpty = true });
            return [.. tree.FindMatching(_folder[pattern]).Where(entry => entry.IsInput).Select(entry => Path.GetFileName(entry.Path)).Order(StringComparer.Ordinal)];
        }
    }

    [Fact]
    public void Folder_that_a_pattern_matched_is_opened_below_its_own()
    {
        _folder.Write("t/sub/a", "a");
        using var tree = new SourceTree(new SourceSelection { Recurse = true });
        var entry = Assert.Single(tree.FindMatching(_folder["t/*"]), entry => entry.IsInput);
        Assert.Equal(_folder["t"], entry.Root?.Path);
    }

    [Fact]
    public void Destination_that_a_link_leads_to_or_into_is_left_out()
    {
        _folder.Write("t/a", "x");
        _folder.Write("vault/sub/b", "x");
        _folder.Link("t/to", "../vault");
        _folder.Link("t/into", "../vault/sub");
        _folder.Link("t/file", "../vault/sub/b");
        Assert.Equal(["a"], Names(Find(follow: true, _folder["t"], _folder["vault"])));
    }

    [Fact]
    public void Source_in_the_destination_is_left_out_and_said()
    {
        _folder.Write("vault/t/a", "x");
        var entries = Find(follow: false, _folder["vault/t"], _folder["vault"]);
        Assert.Empty(Names(entries));
        Assert.All(entries, entry => Assert.NotNull(entry.LeftOut));
        Assert.NotEmpty(entries);
        Assert.NotEmpty(Find(follow: false, _folder["vault"], _folder["vault"]));
        Assert.Empty(Names(Find(follow: false, _folder["vault"], _folder["vault"])));
    }

    private static List<SourceEntry> Find(bool follow, string path, string? destination = null) =>
        [.. new SourceTree(new SourceSelection { Recurse = true, FollowSymlink = follow, Destination = destination }).Find(path)];

    private static List<string> Names(IEnumerable<SourceEntry> entries) =>
        [.. entries.Where(entry => entry.IsInput).Select(entry => entry.RelativePath.Replace('\\', '/')).Order(StringComparer.Ordinal)];
}
