using EnvelopeCrypto.Batches;
using EnvelopeCrypto.Disk;
using EnvelopeCrypto.Files;
using EnvelopeCrypto.Tests.Batches;
using EnvelopeCrypto.Tests.Keys.Local;
using EnvelopeCrypto.Tests.Support;

namespace EnvelopeCrypto.Tests.Safety;

/// <summary>
/// Another user owns a folder of the tree, and exchanges folders, files and links in it while a run goes over them. Nothing outside the
/// tree is read into the vault, changed or removed.
/// </summary>
public sealed class AttackerInTheTreeTests : IDisposable
{
    private const int Rounds = 12;
    private const int Files = 30;
    private const string Outside = "this is outside of the tree";
    private const UnixFileMode OwnerAll = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly TreeBench _bench = new();

    public AttackerInTheTreeTests() => Assert.SkipUnless(OperatingSystem.IsLinux(), "Links and exchanges are made as on Linux.");

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void Folder_exchanged_for_a_link_leads_no_protect_out_of_the_tree()
    {
        for (var round = 0; round < Rounds; round++)
        {
            PutOutside();
            for (var i = 0; i < Files; i++)
                _bench.Write($"tree/alice/sub/{i}", "in the tree");
            Directory.CreateSymbolicLink(_bench["tree/alice/link"], _bench["outside"]);
            using (new Exchange(_bench["tree/alice/sub"], _bench["tree/alice/link"]))
                _bench.Protect(_bench["tree"], _bench["vault"], TreeBench.ProtectOptions() with { RemoveSource = true });
            RequireOutsideUntouched();
            RequireNothingOfOutsideIn("vault");
            Clear();
        }
    }

    [Fact]
    public void File_exchanged_for_a_link_is_not_read()
    {
        for (var round = 0; round < Rounds; round++)
        {
            PutOutside();
            for (var i = 0; i < Files; i++)
                _bench.Write($"tree/{i}", "in the tree");
            _bench.Write("tree/alice", "in the tree");
            File.CreateSymbolicLink(_bench["tree/link"], _bench["outside/0"]);
            using (new Exchange(_bench["tree/alice"], _bench["tree/link"]))
                _bench.Protect(_bench["tree"], _bench["vault"], TreeBench.ProtectOptions() with { RemoveSource = true });
            RequireOutsideUntouched();
            RequireNothingOfOutsideIn("vault");
            Clear();
        }
    }

    [Fact]
    public void Folder_of_a_vault_exchanged_for_a_link_leads_no_restore_and_no_rewrap_out_of_it()
    {
        for (var round = 0; round < Rounds; round++)
        {
            PutOutside();
            for (var i = 0; i < Files; i++)
                _bench.Write($"tree/sub/{i}", "in the tree");
            _bench.Protect(_bench["tree"], _bench["vault"]).AllBecame(FileOutcome.Protected, Files);
            Directory.CreateDirectory(_bench["back/sub"]);
            Directory.CreateSymbolicLink(_bench["back/link"], _bench["outside"]);
            using (new Exchange(_bench["back/sub"], _bench["back/link"]))
                _bench.Unprotect(_bench["vault"], _bench["back"], new UnprotectOptions { Force = true });
            RequireOutsideUntouched();
            Clear();
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Link_below_the_destination_is_not_followed(bool force)
    {
        PutOutside();
        _bench.Write("tree/sub/0", "in the tree");
        _bench.Write("tree/sub/deep/0", "in the tree");
        _bench.Write("tree/other", "in the tree");
        Directory.CreateDirectory(_bench["vault"]);
        Directory.CreateSymbolicLink(_bench["vault/sub"], _bench["outside"]);
        var options = TreeBench.ProtectOptions() with { Force = force };
        var outcomes = _bench.Protect(_bench["tree"], _bench["vault"], options);
        outcomes.Of(_bench["tree/sub/0"]).FailedAs(EnvelopeError.LinkInTheWay);
        outcomes.Of(_bench["tree/sub/deep/0"]).FailedAs(EnvelopeError.LinkInTheWay);
        Assert.Equal(FileOutcome.Protected, outcomes.Of(_bench["tree/other"]).Result!.Status);

        Directory.Delete(_bench["vault/sub"]);
        _bench.Protect(_bench["tree/sub"], _bench["vault/sub"], options);
        Directory.CreateDirectory(_bench["back"]);
        Directory.CreateSymbolicLink(_bench["back/sub"], _bench["outside"]);
        _bench.Unprotect(_bench["vault"], _bench["back"], new UnprotectOptions { Force = force })
            .Of(_bench["vault/sub/0.evc"]).FailedAs(EnvelopeError.LinkInTheWay);
        RequireOutsideUntouched();
        Assert.Equal(Files, Directory.GetFileSystemEntries(_bench["outside"]).Length);
    }

    // Inputs that find(1) or a pipe gives come in any order.
    [Fact]
    public void Link_below_the_destination_stops_no_file_of_another_folder()
    {
        string[] paths = [_bench.Write("tree/a/0"), _bench.Write("tree/b/0"), _bench.Write("tree/a/1")];
        Directory.CreateDirectory(_bench["vault"]);
        Directory.CreateSymbolicLink(_bench["vault/b"], _bench["tree"]);
        Directory.CreateDirectory(_bench["vault/a"]);
        var outcomes = _bench.Protect(paths, _bench["vault"], which: new SourceSelection { Root = _bench["tree"] });
        outcomes.Of(paths[1]).FailedAs(EnvelopeError.LinkInTheWay);
        foreach (var path in new[] { paths[0], paths[2] })
            Assert.Equal(FileOutcome.Protected, outcomes.Of(path).Result?.Status);
    }

    [Fact]
    public void Link_with_the_name_of_an_output_is_replaced_and_not_written_through()
    {
        PutOutside();
        _bench.Write("tree/0", "in the tree");
        Directory.CreateDirectory(_bench["vault"]);
        File.CreateSymbolicLink(_bench["vault/0.evc"], _bench["outside/0"]);
        _bench.Protect(_bench["tree"], _bench["vault"]).Of(_bench["tree/0"]).FailedAs(EnvelopeError.DestinationExists);
        var force = TreeBench.ProtectOptions() with { Force = true };
        _bench.Protect(_bench["tree"], _bench["vault"], force).AllBecame(FileOutcome.Protected, 1);
        Assert.Null(new FileInfo(_bench["vault/0.evc"]).LinkTarget);
        RequireOutsideUntouched();
    }

    // By openat2(2), and the way of a sandbox or kernel that refuses it. A link that stays in the tree is one too.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void With_and_without_openat2_no_part_of_a_path_is_a_link(bool opensByParts)
    {
        if (!OperatingSystem.IsLinux())
            return;
        PutOutside();
        _bench.Write("tree/a/b/0", "in the tree");
        Directory.CreateSymbolicLink(_bench["tree/link"], _bench["outside"]);
        Directory.CreateSymbolicLink(_bench["tree/a/up"], "..");
        FileSystem files = new LinuxFileSystem(opensByParts);
        using var root = files.OpenFolder(_bench["tree"]);
        using (var below = files.OpenFolder(root, "a/b"))
            Assert.Equal(FileKind.Regular, files.Status(below, "0")?.Kind);
        using (var itself = files.OpenFolder(root, "."))
            Assert.Equal(FileKind.Folder, files.Status(itself, "a")?.Kind);
        foreach (var path in new[] { "link", "a/up", "a/up/a", "link/0" })
            Assert.Throws<LinkInTheWayException>(() => files.OpenFolder(root, path));
        Assert.Throws<DirectoryNotFoundException>(() => files.OpenFolder(root, "a/none"));
        Assert.Throws<DirectoryNotFoundException>(() => files.OpenFolder(root, "a/b/0"));
        Assert.ThrowsAny<IOException>(() => files.OpenFolder(root, "../outside"));
        Assert.Throws<LinkInTheWayException>(() => files.CreateFolder(root, "link/new", mode: null));
        Assert.Equal(2, files.CreateFolder(root, "a/b/c/d", OwnerAll));
        Assert.Equal(Files, Directory.GetFileSystemEntries(_bench["outside"]).Length);
    }

    [Fact]
    public void File_that_a_pattern_matched_is_opened_below_its_folder()
    {
        _bench.Write("tree/0", "in the tree");
        Assert.NotNull(Assert.Single(new SourceTree(new SourceSelection()).FindMatching(_bench["tree/*"])).Root);
    }

    // Each by itself: that what was read by a link is thrown away later is no reason to read it.
    [Fact]
    public void Link_in_the_place_of_a_file_or_folder_is_neither_opened_nor_listed()
    {
        PutOutside();
        Directory.CreateDirectory(_bench["tree"]);
        Directory.CreateSymbolicLink(_bench["tree/folder"], _bench["outside"]);
        File.CreateSymbolicLink(_bench["tree/file"], _bench["outside/0"]);
        var files = FileSystem.Default;
        using var root = files.OpenFolder(_bench["tree"]);
        Assert.Throws<LinkInTheWayException>(() => files.OpenRead(root, "file"));
        Assert.Throws<LinkInTheWayException>(() => files.OpenWrite(root, "file"));
        var found = Assert.Single(FolderListing.Read(new FilePlace(_bench["tree/folder"], root)));
        Assert.Equal(EnvelopeError.LinkInTheWay, found.Failure?.Error);
    }

    [Fact]
    public void Restore_closes_the_folders_that_it_makes_and_opens_no_file_that_has_no_sealed_mode()
    {
        _bench.Write("tree/a/b/0", "in the tree");
        _bench.Protect(_bench["tree"], _bench["vault"], TreeBench.ProtectOptions() with { NoMetadata = true });
        KeyringPlace.Chmod(_bench["vault/a/b/0.evc"], (UnixFileMode)0b111_111_111);
        _bench.Unprotect(_bench["vault"], _bench["back"]).AllBecame(FileOutcome.Unprotected, 1);
        foreach (var folder in new[] { "back", "back/a", "back/a/b" })
            Assert.Equal(OwnerAll, FileStatusOfPath.ModeOf(_bench[folder]));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, FileStatusOfPath.ModeOf(_bench["back/a/b/0"]));
    }

    // Between the look at the name and the opening, whoever can write the folder can put a link there.
    [Fact]
    public async Task Lock_is_made_at_no_other_end_of_a_link_that_comes_between()
    {
        Directory.CreateDirectory(_bench["tree"]);
        var files = new ScriptedFileSystem
        {
            Before = (call, _) =>
            {
                if (call == nameof(FileSystem.OpenLock))
                    File.CreateSymbolicLink(_bench["tree/x.lock"], _bench["nologin"]);
            },
        };
        await Assert.ThrowsAsync<LockInTheWayException>(async () => await FileLock.AcquireAsync(
            _bench["tree/x.lock"], TimeSpan.Zero, TimeProvider.System, CancellationToken.None, files));
        Assert.False(File.Exists(_bench["nologin"]));
    }

    [Fact(Timeout = 60_000)]
    public Task Pipe_that_takes_a_files_place_stops_no_run() => Task.Run(() =>
    {
        var path = _bench.Write("tree/0", "in the tree");
        var files = new ScriptedFileSystem
        {
            Before = (call, _) =>
            {
                if (call != nameof(FileSystem.OpenRead))
                    return;
                File.Delete(path);
                UnixTool.Run("mkfifo", path);
            },
        };
        Refused.As(EnvelopeError.SourceNotAFile, () => SourceFile.Open(files, path));
    });

    // Anybody can make such a name: the mark in it is not secret.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void File_that_is_named_is_kept_whatever_its_name_looks_like(bool piped)
    {
        var name = TemporaryFile.NewName();
        var other = TemporaryFile.NewName();
        _bench.Write("tree/0", "in the tree");
        _bench.Write($"tree/{name}", "named");
        _bench.Write($"tree/{other}", "left by a dead run");
        var which = new SourceSelection { FromPipeline = piped };
        _bench.Protect(
            [_bench["tree/0"], _bench[$"tree/{name}"]], to: null, which: which, batch: new BatchOptions { CleansLast = piped, IsInput = path => !piped && Path.GetFileName(path) == name })
            .AllBecame(FileOutcome.Protected, 2);
        Assert.True(File.Exists(_bench[$"tree/{name}"]));
        Assert.False(File.Exists(_bench[$"tree/{other}"]));
    }

    private void PutOutside()
    {
        for (var i = 0; i < Files; i++)
            _bench.Write($"outside/{i}", Outside);
    }

    private void RequireOutsideUntouched()
    {
        for (var i = 0; i < Files; i++)
            Assert.Equal(Outside, File.Exists(_bench[$"outside/{i}"]) ? File.ReadAllText(_bench[$"outside/{i}"]) : "removed");
    }

    private void RequireNothingOfOutsideIn(string vault)
    {
        _bench.Unprotect(_bench[vault], _bench["opened"]);
        if (!Directory.Exists(_bench["opened"]))
            return;
        foreach (var file in Directory.EnumerateFiles(_bench["opened"], "*", SearchOption.AllDirectories))
            Assert.False(File.ReadAllText(file) == Outside, $"{file} is from outside of the tree.");
    }

    private void Clear()
    {
        foreach (var folder in new[] { "tree", "vault", "back", "opened", "outside" })
        {
            if (Directory.Exists(_bench[folder]))
                Directory.Delete(_bench[folder], recursive: true);
        }
    }
}
