namespace EnvelopeCrypto.Tests.Cli;

public sealed class KekCommandTests : IDisposable
{
    private readonly ToolBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void A_KEK_is_made_listed_rotated_and_removed()
    {
        _bench.Run("kek", "new", "local:weekly", "--unprotected").RequireDone();
        _bench.Run("kek", "new", "local:weekly", "--unprotected").RequireError(EnvelopeError.KekExists);
        Assert.Contains(
            "version 2 of 2", Assert.Single(_bench.Run("kek", "rotate", "local:weekly").RequireDone().Lines), StringComparison.Ordinal);
        _bench.Run("kek", "rotate", "local:none").RequireError(EnvelopeError.KekNotFound);

        var lines = _bench.Run("kek", "list").RequireDone().Lines;
        Assert.Equal(2, lines.Length);
        Assert.All(lines, line => Assert.Contains("UNPROTECTED", line, StringComparison.Ordinal));
        Assert.Single(lines.Select(line => line.IndexOf("version", StringComparison.Ordinal)).Distinct());

        _bench.Run("kek", "remove", "local:weekly").RequireError(EnvelopeError.PromptRequired);
        Assert.Equal(2, _bench.Run("kek", "list").Lines.Length);
        Assert.Contains(
            "1, 2", Assert.Single(_bench.Run("kek", "remove", "local:weekly", "--yes").RequireDone().Lines), StringComparison.Ordinal);
        _bench.Run("kek", "remove", "local:weekly", "--yes").RequireError(EnvelopeError.KekNotFound);
        Assert.Contains("local:daily", Assert.Single(_bench.Run("kek", "list").RequireDone().Lines), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(EnvelopeError.KekUnsuitable, "remove", "alias/backup", "--yes")]
    [InlineData(EnvelopeError.KekUnsuitable, "export", "alias/backup", "-o", "x", "--kek", "passphrase")]
    [InlineData(EnvelopeError.KekUnsuitable, "new", "x509:safe.pem")]
    [InlineData(EnvelopeError.KekProviderMissing, "new", "vault:backup")]
    public void A_KEK_of_a_kind_that_cannot_do_it_is_refused(EnvelopeError error, params string[] arguments) =>
        _bench.Run(["kek", .. arguments]).RequireError(error);

    [Fact]
    public void Files_under_an_older_version_still_open()
    {
        var envelope = _bench.Feed([9], "protect", "-", "--kek", ToolBench.Kek, "-q").RequireDone();
        _bench.Run("kek", "rotate", ToolBench.Kek).RequireDone();
        Assert.Equal([9], _bench.Feed(envelope.Output, "unprotect", "-", "-q").RequireDone().Output);
    }

    [Fact]
    public void A_KEK_comes_back_from_its_backup()
    {
        _bench.Write("pw", "a passphrase for the safe\n");
        _bench.Write("a", "hello");
        _bench.Run("protect", "a", "--kek", ToolBench.Kek, "-q").RequireDone();
        _bench.Run("kek", "export", ToolBench.Kek, "--kek", "passphrase", "--passphrase-file", "pw", "-o", "daily.backup").RequireDone();
        _bench.Run("kek", "export", ToolBench.Kek, "--kek", "passphrase", "--passphrase-file", "pw", "-o", "daily.backup")
            .RequireError(EnvelopeError.DestinationExists);
        _bench.Run("kek", "export", ToolBench.Kek, "--kek", ToolBench.Kek, "-o", "x").RequireError(
            EnvelopeError.KekReferenceInvalid, ToolRun.WrongUsage);
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_bench["daily.backup"]));

        _bench.Run("unprotect", "daily.backup", "-o", "x", "--passphrase-file", "pw").RequireError(EnvelopeError.WrongEnvelopeType);
        _bench.Run("kek", "remove", ToolBench.Kek, "--yes").RequireDone();
        _bench.Run("verify", "a.evc").RequireError(EnvelopeError.KekNotFound);
        _bench.Run("kek", "import", "daily.backup").RequireError(EnvelopeError.PassphraseRequired);
        _bench.Run("kek", "import", "daily.backup", "--passphrase-file", "pw", "--unprotected").RequireDone();
        _bench.Run("verify", "a.evc").RequireDone();
        _bench.Run("kek", "import", "a.evc").RequireError(EnvelopeError.WrongEnvelopeType);
        Assert.Equal(["a", "a.evc", "daily.backup", "pw"], _bench.Files);
    }

    [Fact]
    public void The_default_KEK_is_made_when_it_is_named_and_that_is_said()
    {
        var run = _bench.RunWith(
            [1], [("ENVELOPECRYPTO_KEYRING_PASSPHRASE", "a passphrase")], "protect", "-", "--kek", "local:default", "-q");
        Assert.Equal(ToolRun.Done, run.ExitCode);
        Assert.Contains("local:default", Assert.Single(run.ErrorLines), StringComparison.Ordinal);
        Assert.Equal(0x89, run.Output[0]);
        Assert.Contains("Passphrase", _bench.Run("kek", "list").RequireDone().Lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public void An_empty_keyring_lists_nothing_and_says_so_beside()
    {
        Directory.Delete(_bench.Home, recursive: true);
        var run = _bench.Run("kek", "list", "--json");
        Assert.Equal(ToolRun.Done, run.ExitCode);
        Assert.Empty(run.Output);
        Assert.Single(run.ErrorLines);
        Assert.False(Directory.Exists(_bench.Home));
    }

    [Fact]
    public void A_damaged_KEK_does_not_hide_the_others()
    {
        _bench.MakeKek("broken");
        var file = Assert.Single(Directory.GetFiles(_bench.Home, "kek.broken.json", SearchOption.AllDirectories));
        File.WriteAllText(file, "{");
        var run = _bench.Run("kek", "list");
        run.RequireError(EnvelopeError.KeyringDamaged);
        Assert.Contains(ToolBench.Kek, Assert.Single(run.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public void A_list_in_JSON_names_versions_and_protection()
    {
        var kek = Assert.Single(_bench.Run("kek", "list", "--json").RequireDone().Json);
        Assert.Equal(ToolBench.Kek, kek.GetProperty("kek").GetString());
        Assert.Equal("Unprotected", kek.GetProperty("protection").GetString());
        var version = kek.GetProperty("versions")[0];
        Assert.Equal(1, version.GetProperty("version").GetInt32());
        Assert.True(version.GetProperty("current").GetBoolean());
    }
}
