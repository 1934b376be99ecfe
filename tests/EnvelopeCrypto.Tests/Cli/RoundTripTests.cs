using System.Text;
using EnvelopeCrypto.Tests.Support;

namespace EnvelopeCrypto.Tests.Cli;

public sealed class RoundTripTests : IDisposable
{
    private static readonly byte[] Large = [.. Enumerable.Range(0, 1_500_000).Select(i => (byte)(i * 31 >> 3))];

    private readonly ToolBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void A_file_comes_back_bit_for_bit_and_its_envelope_lies_beside_it()
    {
        _bench.Write("db.sql", Large);
        var protect = _bench.Run("protect", "db.sql", "--kek", ToolBench.Kek).RequireDone();
        Assert.Equal(["db.sql", "db.sql.evc"], _bench.Files);
        Assert.Contains(" db.sql.evc ", Assert.Single(protect.Lines), StringComparison.Ordinal);

        _bench.Run("unprotect", "db.sql.evc").RequireError(EnvelopeError.DestinationExists);
        File.WriteAllText(_bench["db.sql"], "changed meanwhile");
        Assert.Empty(_bench.Run("unprotect", "db.sql.evc", "--force", "--quiet").RequireDone().Output);
        Assert.Equal(Large, _bench.Read("db.sql"));
    }

    [Fact]
    public void Files_are_shown_as_they_were_given()
    {
        _bench.Write("in/a", "hello");
        Shows(Path.Combine("in", "a.evc"), "protect", "in/a", "--kek", ToolBench.Kek);
        Shows(Path.Combine("out", "a"), "unprotect", _bench["in/a.evc"], "-o", "out/");
        Shows(_bench["in/a.evc"], "protect", _bench["in/a"], "--kek", ToolBench.Kek, "--force");
        Shows("in/a.evc", "rewrap", "in/a.evc", "--new-kek", ToolBench.Kek);
        Shows("in/a.evc", "verify", "in/a.evc");
        _bench.Run("verify", "in/a.evc", "--audit-log", "audit.log").RequireDone();
        Shows("audit.log", "audit", "verify", "audit.log");
        _bench.Write("pw", "a passphrase");
        Shows("daily.backup", "kek", "export", ToolBench.Kek, "--kek", "passphrase", "--passphrase-file", "pw", "-o", "daily.backup");
        Assert.StartsWith(
            "envelope: none.log: ",
            _bench.Run("audit", "verify", "none.log").RequireError(EnvelopeError.SourceNotFound),
            StringComparison.Ordinal);
        Assert.StartsWith(
            "envelope: none.log: ",
            _bench.Run("audit", "show", "none.log").RequireError(EnvelopeError.SourceNotFound),
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_pipe_comes_back_bit_for_bit()
    {
        var envelope = _bench.Feed(Large, "protect", "-", "--kek", ToolBench.Kek);
        Assert.Equal(ToolRun.Done, envelope.ExitCode);
        Assert.StartsWith("Protected", Assert.Single(envelope.ErrorLines), StringComparison.Ordinal);

        var plain = _bench.Feed(envelope.Output, "unprotect", "-", "--json");
        Assert.Equal(ToolRun.Done, plain.ExitCode);
        Assert.Equal(Large, plain.Output);
        Assert.StartsWith("{\"status\":\"Unprotected\"", Assert.Single(plain.ErrorLines), StringComparison.Ordinal);
        Assert.Empty(_bench.Files);
    }

    [Fact]
    public void An_empty_pipe_is_a_sound_envelope()
    {
        var envelope = _bench.Feed([], "protect", "-", "--kek", ToolBench.Kek, "-q").RequireDone();
        Assert.Empty(_bench.Feed(envelope.Output, "unprotect", "-", "-q").RequireDone().Output);
    }

    [Fact]
    public void A_destination_is_a_file_a_folder_or_a_pipe()
    {
        _bench.Write("a", "text");
        Directory.CreateDirectory(_bench["out"]);
        _bench.Run("protect", "a", "--kek", ToolBench.Kek, "-o", "x.envelope").RequireDone();
        _bench.Run("protect", "a", "--kek", ToolBench.Kek, "--destination", "out").RequireDone();
        Assert.Equal(["a", "out", "x.envelope"], _bench.Files);
        Assert.True(File.Exists(_bench["out/a.evc"]));

        Assert.Equal("text", _bench.Run("unprotect", "x.envelope", "-o", "-", "-q").RequireDone().Text);
        _bench.Run("unprotect", "out/a.evc", "-o", "b").RequireDone();
        Assert.Equal("text", File.ReadAllText(_bench["b"]));
        _bench.Run("unprotect", "x.envelope", "-o", "out/", "--restore-name").RequireDone();
        Assert.Equal("text", File.ReadAllText(_bench["out/a"]));
    }

    [Fact]
    public void A_pipe_goes_into_a_file_and_a_file_into_a_pipe()
    {
        _bench.Feed(Encoding.UTF8.GetBytes("text"), "protect", "-", "--kek", ToolBench.Kek, "-o", "a.evc").RequireDone();
        _bench.Feed(_bench.Read("a.evc"), "unprotect", "-", "-o", "a").RequireDone();
        Assert.Equal("text", File.ReadAllText(_bench["a"]));
        var envelope = _bench.Run("protect", "a", "--kek", ToolBench.Kek, "-o", "-", "-q").RequireDone();
        Assert.Equal("text", _bench.Feed(envelope.Output, "unprotect", "-", "--quiet").RequireDone().Text);
    }

    [Fact]
    public void A_failing_file_does_not_stop_the_others()
    {
        _bench.Write("a", "1");
        _bench.Write("b", "2");
        Directory.CreateDirectory(_bench["out"]);
        var run = _bench.Run("protect", "a", "missing", "b", "--kek", ToolBench.Kek, "-o", "out");
        Assert.Contains("missing", run.RequireError(EnvelopeError.SourceNotFound), StringComparison.Ordinal);
        Assert.Equal(2, run.Lines.Length);
        Assert.True(File.Exists(_bench["out/a.evc"]) && File.Exists(_bench["out/b.evc"]));
    }

    [Fact]
    public void Names_that_look_like_options_are_files_after_two_dashes()
    {
        _bench.Write("--force", "1");
        _bench.Write("-", "2");
        _bench.Run("protect", "--kek", ToolBench.Kek, "--", "--force", "./-").RequireDone();
        Assert.Equal(["-", "--force", "--force.evc", "-.evc"], _bench.Files);
        _bench.Run("unprotect", "./--force.evc", "-o", "x").RequireDone();
        Assert.Equal("1", File.ReadAllText(_bench["x"]));
    }

    [Fact]
    public void An_envelope_is_not_encrypted_once_more_unless_that_is_asked()
    {
        _bench.Write("a", "1");
        _bench.Run("protect", "a", "--kek", ToolBench.Kek).RequireDone();
        var skipped = _bench.Run("protect", "a.evc", "--kek", ToolBench.Kek).RequireDone();
        Assert.StartsWith("Skipped", Assert.Single(skipped.Lines), StringComparison.Ordinal);
        _bench.Run("protect", "a.evc", "--kek", ToolBench.Kek, "-o", "-").RequireError(EnvelopeError.AlreadyAnEnvelope);
        _bench.Run("protect", "a.evc", "--kek", ToolBench.Kek, "--allow-nested").RequireDone();
        Assert.Equal(["a", "a.evc", "a.evc.evc"], _bench.Files);
    }

    [Fact]
    public void Nothing_goes_to_the_pipe_before_all_was_proven_when_that_is_asked()
    {
        _bench.Write("a", Large);
        _bench.Run("protect", "a", "--kek", ToolBench.Kek, "-q").RequireDone();
        using (var file = new FileStream(_bench["a.evc"], FileMode.Open))
        {
            file.Position = file.Length - 1;
            var last = file.ReadByte();
            file.Position = file.Length - 1;
            file.WriteByte((byte)(last ^ 1));
        }
        var proven = _bench.Run("unprotect", "a.evc", "-o", "-", "--verify-first");
        proven.RequireError(EnvelopeError.BodyDamaged);
        Assert.Empty(proven.Output);
        var hasty = _bench.Run("unprotect", "a.evc", "-o", "-");
        hasty.RequireError(EnvelopeError.BodyDamaged);
        Assert.True(hasty.Output.Length < Large.Length && Large.AsSpan().StartsWith(hasty.Output));
    }

    [Fact]
    public void The_context_is_kept_and_required()
    {
        var envelope = _bench.Feed(
            [1], "protect", "-", "--kek", ToolBench.Kek, "--context", "purpose=a=b", "--context", "über=ä", "-q").RequireDone();
        _bench.Feed(envelope.Output, "unprotect", "-", "--required-context", "über=ä", "-q").RequireDone();
        var refused = _bench.Feed(envelope.Output, "unprotect", "-", "--required-context", "purpose=c");
        refused.RequireError(EnvelopeError.ContextMismatch);
        Assert.Empty(refused.Output);
    }

    [Fact]
    public void Variables_name_the_KEKs_when_no_option_does()
    {
        (string, string)[] kek = [("ENVELOPECRYPTO_KEK", $" {ToolBench.Kek} ; ")];
        var envelope = _bench.RunWith([7], kek, "protect", "-", "-q").RequireDone();
        Assert.Equal([7], _bench.RunWith(envelope.Output, kek, "unprotect", "-", "-q").RequireDone().Output);
        var refused = _bench.RunWith(envelope.Output, [.. kek, ("ENVELOPECRYPTO_ALLOWED_KEK", "local:other")], "unprotect", "-");
        Assert.Contains("standard input", refused.RequireError(EnvelopeError.KekNotAllowed), StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_shell_writes_before_and_after_into_the_same_file_stays()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "It needs a Unix shell.");
        _bench.Write("a", "data\n");
        var run = _bench.Shell(
            $"envelope protect a --kek {ToolBench.Kek} -q; {{ echo before; envelope unprotect a.evc -o - -q; echo after; }} > all");
        Assert.Equal("", run.Errors);
        Assert.Equal("before\ndata\nafter\n", File.ReadAllText(_bench["all"]));
    }

    private void Shows(string path, params string[] arguments) =>
        Assert.Contains($" {path} ", $"{Assert.Single(_bench.Run(arguments).RequireDone().Lines)} ", StringComparison.Ordinal);
}
