using System.Diagnostics;
using EnvelopeCrypto.Disk;
using EnvelopeCrypto.Tests.Support;

namespace EnvelopeCrypto.Tests.Cli;

/// <summary>What a run over a tree must not miss, nor say wrongly.</summary>
public sealed class TreeTests : IDisposable
{
    private readonly ToolBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void An_edit_between_encryption_and_rewrap_is_found_by_the_next_update()
    {
        _bench.Write("t/f", "AAAA");
        File.SetLastWriteTimeUtc(_bench["t/f"], WallClock.Now.UtcDateTime.AddHours(-1));
        _bench.Run("protect", "t", "-r", "-o", "v", "--kek", ToolBench.Kek).RequireDone();
        _bench.Write("t/f", "BBBB");
        File.SetLastWriteTimeUtc(_bench["t/f"], WallClock.Now.UtcDateTime);
        _bench.Run("kek", "new", "local:next", "--unprotected").RequireDone();
        _bench.Run("rewrap", "v", "-r", "--add-kek", "local:next").RequireDone();
        File.SetLastWriteTimeUtc(_bench["v/f.evc"], WallClock.Now.UtcDateTime.AddHours(1));

        _bench.Run("protect", "t", "-r", "-o", "v", "--kek", ToolBench.Kek, "--update").RequireDone();
        Assert.Equal("BBBB", _bench.Run("unprotect", "v/f.evc", "-o", "-", "-q").RequireDone().Text);
    }

    [Fact]
    public void A_rewrapped_envelope_of_an_old_source_is_left_alone()
    {
        _bench.Write("t/f", "AAAA");
        File.SetLastWriteTimeUtc(_bench["t/f"], WallClock.Now.UtcDateTime.AddHours(-1));
        _bench.Run("protect", "t", "-r", "-o", "v", "--kek", ToolBench.Kek).RequireDone();
        _bench.Run("rewrap", "v", "-r", "--wrapped-before", "2100-01-01").RequireDone();
        var run = _bench.Run("protect", "t", "-r", "-o", "v", "--kek", ToolBench.Kek, "--update").RequireDone();
        Assert.StartsWith("Unchanged", run.Lines[0], StringComparison.Ordinal);
    }

    [Fact]
    public void An_update_counts_the_envelopes_that_are_for_other_KEKs_and_leaves_them()
    {
        _bench.Write("t/a", "1");
        _bench.Write("t/b", "2");
        _bench.Run("protect", "t", "-r", "-o", "v", "--kek", ToolBench.Kek).RequireDone();
        _bench.MakeKek("offline");
        _bench.Write("t/new", "3");
        string[] update = ["protect", "t", "-r", "-o", "v", "--kek", ToolBench.Kek, "--kek", "local:offline", "--update"];
        var run = _bench.Run([.. update, "--quiet"]);
        Assert.Equal(ToolRun.Done, run.ExitCode);
        Assert.StartsWith("envelope: warning: 2 ", Assert.Single(run.ErrorLines), StringComparison.Ordinal);

        var left = _bench.Run([.. update, "--json"]).Json;
        Assert.All(left, file => Assert.Equal("Unchanged", file.GetProperty("status").GetString()));
        Assert.Equal(2, left.Count(file => file.GetProperty("reason").GetString() is not null));
        _bench.Run("rewrap", "v", "-r", "--add-kek", "local:offline").RequireDone();
        _bench.Run(update).RequireDone();
    }

    [Fact]
    public void A_preview_of_an_update_says_unchanged_of_envelopes_for_other_KEKs()
    {
        _bench.Write("a", "1");
        _bench.Run("protect", "a", "--kek", ToolBench.Kek).RequireDone();
        _bench.MakeKek("offline");
        var run = _bench.Run("protect", "a", "--kek", "local:offline", "--update", "--what-if");
        Assert.StartsWith("Unchanged", Assert.Single(run.Lines), StringComparison.Ordinal);
        Assert.Single(run.ErrorLines);
    }

    [Fact]
    public void A_leftover_that_is_tidied_up_is_no_failure()
    {
        _bench.Write("v/f", "1");
        _bench.Run("protect", "v/f", "--kek", ToolBench.Kek).RequireDone();
        File.Delete(_bench["v/f"]);
        _bench.Write(Path.Join("v", TemporaryFile.NewName()), "x");
        Assert.Equal(ToolRun.Done, _bench.Run("rewrap", "v", "-r", "--old-kek", ToolBench.Kek, "--new-kek", ToolBench.Kek).ExitCode);
    }

    [Fact]
    public void A_file_with_the_name_of_a_lock_is_kept_when_it_holds_something()
    {
        _bench.Write("u/app.evc.lock", "real data");
        _bench.Run("protect", "u", "-r", "-o", "v", "--kek", ToolBench.Kek).RequireDone();
        Assert.True(File.Exists(_bench["v/app.evc.lock.evc"]));
    }

    [Fact]
    public void A_verification_counts_what_does_not_verify_as_failed()
    {
        _bench.Write("t/a", "AAAA");
        _bench.Write("t/b", "BBBB");
        _bench.Run("protect", "t", "-r", "-o", "v", "--kek", ToolBench.Kek).RequireDone();
        File.WriteAllBytes(_bench["v/b.evc"], File.ReadAllBytes(_bench["v/b.evc"])[..^1]);
        var run = _bench.Run("verify", "v", "-r");
        Assert.Equal(ToolRun.SomeFailed, run.ExitCode);
        Assert.Equal("1 done, 1 failed, 0 left out", run.Lines[^1]);
    }

    [Fact]
    public void What_is_as_it_was_is_counted_apart_from_what_was_done()
    {
        _bench.Write("t/a", "AAAA");
        _bench.Run("protect", "t", "-r", "-o", "v", "--kek", ToolBench.Kek).RequireDone();
        _bench.Write("t/b", "BBBB");
        var run = _bench.Run("protect", "t", "-r", "-o", "v", "--kek", ToolBench.Kek, "--update").RequireDone();
        Assert.Equal("1 done, 1 unchanged, 0 failed, 0 left out", run.Lines[^1]);
    }

    [Fact]
    public void A_night_without_files_fails_unless_that_is_allowed()
    {
        Directory.CreateDirectory(_bench["t"]);
        _bench.Run("protect", "t", "-r", "-o", "v", "--kek", ToolBench.Kek).RequireError(EnvelopeError.NothingMatched);
        _bench.Run("protect", "t", "-r", "-o", "v", "--kek", ToolBench.Kek, "--allow-empty").RequireDone();
        _bench.Run("protect", "missing", "-r", "-o", "v", "--kek", ToolBench.Kek, "--allow-empty").RequireError(EnvelopeError.SourceNotFound);
    }

    [Fact]
    public void Two_names_that_look_the_same_since_one_is_no_text_are_never_taken_for_one()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Other systems have no names that are not Unicode.");
        _bench.Write("t/\ufffd", "kept");
        Shell("echo lost > $'\\xff'");
        try
        {
            Assert.SkipUnless(Directory.GetFiles(_bench["t"]).Length == 2, "This file system takes no names that are not UTF-8.");
            _bench.Run("protect", "t", "-r", "-o", "v", "--kek", ToolBench.Kek).RequireError(EnvelopeError.NameNotText);
            Assert.Single(Directory.GetFiles(_bench["v"]));
        }
        finally
        {
            Shell("rm -f $'\\xff'"); // which .NET cannot name
        }
    }

    private void Shell(string script)
    {
        using var shell = Process.Start(new ProcessStartInfo("/bin/bash") { WorkingDirectory = _bench["t"], UseShellExecute = false, ArgumentList = { "-c", script } })!;
        shell.WaitForExit();
    }
}
