namespace EnvelopeCrypto.Tests.Cli;

public sealed class KeyringCommandTests : IDisposable
{
    private readonly ToolBench _bench = new();

    public KeyringCommandTests()
    {
        _bench.Write("old", "the passphrase until today\n");
        _bench.Write("new", "the passphrase from now on\n");
        _bench.Write("wrong", "neither of the two\n");
    }

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void A_new_passphrase_opens_what_the_old_one_closed_and_old_copies_are_told_of()
    {
        _bench.Run("kek", "new", "local:secret", "--keyring-passphrase-file", "old").RequireDone();
        _bench.Write("plain", "data");
        _bench.Run("protect", "plain", "--kek", "local:secret", "--keyring-passphrase-file", "old").RequireDone();

        Change("wrong").RequireError(EnvelopeError.KeyringPassphraseWrong);
        var run = Change("old", "--kek", ToolBench.Kek, "--json");
        Assert.Equal(ToolRun.Done, run.ExitCode);
        Assert.Equal("Changed", Assert.Single(run.Json).GetProperty("status").GetString());
        Assert.Contains("old one", run.Errors, StringComparison.Ordinal);

        _bench.Run("verify", "plain.evc", "--keyring-passphrase-file", "old").RequireError(EnvelopeError.KeyringPassphraseWrong);
        _bench.Run("verify", "plain.evc", "--keyring-passphrase-file", "new").RequireDone();
        Assert.DoesNotContain("UNPROTECTED", string.Join('\n', _bench.Run("kek", "list").RequireDone().Lines), StringComparison.Ordinal);
    }

    [Fact]
    public void A_keyring_without_a_passphrase_gets_its_first_one_and_what_is_not_under_it_is_named()
    {
        var run = Change(null);
        Assert.Equal(ToolRun.Done, run.ExitCode);
        Assert.Contains(ToolBench.Kek, run.Errors, StringComparison.Ordinal);
        _bench.Run("kek", "new", "local:secret", "--keyring-passphrase-file", "old").RequireError(EnvelopeError.KeyringPassphraseWrong);
        _bench.Run("kek", "new", "local:secret", "--keyring-passphrase-file", "new").RequireDone();
    }

    [Fact]
    public void Only_KEKs_of_the_keyring_are_brought_under_the_passphrase() =>
        Change(null, "--kek", "alias/backup").RequireError(EnvelopeError.KekUnsuitable);

    [Fact]
    public void Where_nobody_can_be_asked_the_variable_for_the_new_passphrase_is_named()
    {
        var line = _bench.Run("keyring", "passphrase").RequireError(EnvelopeError.PassphraseRequired);
        Assert.Contains("ENVELOPECRYPTO_NEW_KEYRING_PASSPHRASE", line, StringComparison.Ordinal);
        var run = _bench.RunWith([], [("ENVELOPECRYPTO_NEW_KEYRING_PASSPHRASE", "read from the variable")], "keyring", "passphrase", "--kek", ToolBench.Kek);
        run.RequireDone();
    }

    private ToolRun Change(string? old, params string[] more) => _bench.Run(
        ["keyring", "passphrase", "--new-passphrase-file", "new", .. old is null ? [] : new[] { "--keyring-passphrase-file", old }, .. more]);
}
