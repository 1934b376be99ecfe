using EnvelopeCrypto.Tests.Keys.Certificates;

namespace EnvelopeCrypto.Tests.Cli;

public sealed class RewrapTests : IDisposable
{
    private readonly ToolBench _bench = new();

    public RewrapTests()
    {
        _bench.MakeKek("next");
        _bench.Write("a", new byte[1 << 20]); // two slots: rewrapped in place
        _bench.Write("b", "small"); // one slot: written anew
        _bench.Run("protect", "a", "b", "--kek", ToolBench.Kek, "-q").RequireDone();
    }

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void The_new_KEK_alone_replaces_all()
    {
        var body = _bench.Read("a.evc").AsSpan(^(1 << 20)..).ToArray();
        Assert.Equal(2, _bench.Run("rewrap", "a.evc", "b.evc", "--new-kek", "local:next").RequireDone().Lines.Length);
        Assert.Equal(body, _bench.Read("a.evc").AsSpan(^(1 << 20)..).ToArray());
        Assert.Equal(["a", "a.evc", "b", "b.evc"], _bench.Files);

        _bench.Run("kek", "remove", ToolBench.Kek, "--yes").RequireDone();
        _bench.Run("verify", "a.evc", "b.evc").RequireDone();
    }

    [Fact]
    public void An_old_KEK_is_replaced_and_files_without_it_are_left_alone()
    {
        Assert.StartsWith("Rewrapped", Only("a.evc", "--old-kek", ToolBench.Kek, "--new-kek", "local:next"), StringComparison.Ordinal);
        var before = _bench.Read("a.evc");
        Assert.StartsWith("Unchanged", Only("a.evc", "--old-kek", ToolBench.Kek, "--new-kek", "local:next"), StringComparison.Ordinal);
        Assert.Equal(before, _bench.Read("a.evc"));
    }

    [Fact]
    public void An_old_KEK_that_neither_a_file_nor_the_keyring_has_is_warned_of()
    {
        string[] old = ["rewrap", "a.evc", "b.evc", "--new-kek", "local:next", "--old-kek"];
        var mistyped = _bench.Run([.. old, "local:daly"]);
        Assert.Equal(ToolRun.Done, mistyped.ExitCode);
        Assert.Contains(ToolBench.Kek, Assert.Single(mistyped.ErrorLines), StringComparison.Ordinal);

        _bench.Run([.. old, ToolBench.Kek]).RequireDone();
        _bench.Run([.. old, ToolBench.Kek]).RequireDone(); // no file has it any more, and the keyring does
        _bench.Run("rewrap", "a.evc", "--add-kek", ToolBench.Kek).RequireDone();
        _bench.Run("kek", "remove", "local:next", "--yes").RequireDone();
        _bench.Run("rewrap", "a.evc", "b.evc", "--remove-kek", "local:next", "--what-if").RequireError(EnvelopeError.WouldLockOut); // files have it
    }

    [Fact]
    public void KEKs_are_added_and_taken_away_but_never_the_last()
    {
        Only("b.evc", "--add-kek", "local:next");
        Assert.Contains($"no longer {ToolBench.Kek}", Only("b.evc", "--remove-kek", ToolBench.Kek), StringComparison.Ordinal);
        var before = _bench.Read("b.evc");
        _bench.Run("rewrap", "b.evc", "--remove-kek", "local:next").RequireError(EnvelopeError.WouldLockOut);
        _bench.Run("rewrap", "b.evc", "--add-kek", "local:next", "--remove-kek", "local:next").RequireWrongUsage();
        Assert.Equal(before, _bench.Read("b.evc"));
    }

    [Fact]
    public void What_nothing_proves_does_not_push_out_what_opens()
    {
        using var certificate = TestCertificate.OfAlice();
        _bench.Write("offline.pem", certificate.ExportCertificatePem());
        _bench.Run("rewrap", "b.evc", "--new-kek", "x509:offline.pem").RequireError(EnvelopeError.WouldLockOut);
        Assert.Contains("unproven", Only("b.evc", "--new-kek", "x509:offline.pem", "--no-read-back"), StringComparison.Ordinal);
        _bench.Run("verify", "b.evc").RequireError(EnvelopeError.KekNotAllowed);

        _bench.Write("key.pem", certificate.ExportCertificatePem() + "\n" + TestCertificate.KeyPem(certificate));
        _bench.Run("verify", "b.evc", "--allowed-kek", "x509:key.pem").RequireDone();
    }

    [Fact]
    public void A_passphrase_is_exchanged_for_another()
    {
        _bench.Write("old", "the old one");
        _bench.Write("new", "the new one");
        Only("b.evc", "--new-kek", "passphrase", "--passphrase-file", "old");
        Only("b.evc", "--remove-kek", "passphrase", "--add-kek", "passphrase", "--passphrase-file", "old", "--new-passphrase-file", "new");
        _bench.Run("verify", "b.evc", "--passphrase-file", "old").RequireError(EnvelopeError.WrappedKeyInvalid);
        _bench.Run("verify", "b.evc", "--passphrase-file", "new").RequireDone();
    }

    [Fact]
    public void A_failing_file_does_not_stop_the_others()
    {
        var run = _bench.Run("rewrap", "a", "missing.evc", "b.evc", "--new-kek", "local:next");
        Assert.Equal(ToolRun.SomeFailed, run.ExitCode);
        Assert.Equal(2, run.ErrorLines.Length);
        // Errors come as they are found, in any order.
        ToolRun.RequireErrorLine(
            Assert.Single(run.ErrorLines, line => line.Contains("missing.evc", StringComparison.Ordinal)), EnvelopeError.SourceNotFound);
        ToolRun.RequireErrorLine(
            Assert.Single(run.ErrorLines, line => !line.Contains("missing.evc", StringComparison.Ordinal)), EnvelopeError.NotAnEnvelope);
        Assert.Contains("b.evc", Assert.Single(run.Lines), StringComparison.Ordinal);
    }

    private string Only(string path, params string[] arguments) =>
        Assert.Single(_bench.Run(["rewrap", path, .. arguments]).RequireDone().Lines);
}
