using EnvelopeCrypto.Tests.Keys.Certificates;

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

    [Fact]
    public void A_list_says_which_KEKs_have_no_backup()
    {
        _bench.Write("pw", "a passphrase of the backup\n");
        string[] export = ["kek", "export", "local:daily", "--kek", "passphrase", "--passphrase-file", "pw", "-o"];
        Assert.Contains("never exported", Listed(), StringComparison.Ordinal);
        Assert.Equal(System.Text.Json.JsonValueKind.Null, Json().GetProperty("exported").ValueKind);

        _bench.Run([.. export, "one.evc"]).RequireDone();
        Assert.Matches(@"exported \d{4}-\d\d-\d\d$", Listed());
        Assert.Equal(System.Text.Json.JsonValueKind.String, Json().GetProperty("exported").ValueKind);

        _bench.Run("kek", "rotate", "local:daily").RequireDone();
        Assert.Contains("version 2 not exported", Listed(), StringComparison.Ordinal);
        _bench.Run([.. export, "two.evc"]).RequireDone();
        Assert.Matches(@"exported \d{4}-\d\d-\d\d$", Listed());

        string Listed() => Assert.Single(_bench.Run("kek", "list").RequireDone().Lines);
        System.Text.Json.JsonElement Json() => Assert.Single(_bench.Run("kek", "list", "local:daily", "--json").RequireDone().Json);
    }

    [Fact]
    public void A_protection_is_chosen_by_its_word_and_told()
    {
        _bench.Write("pw", "a passphrase of the keyring\n");
        string[] passphrase = ["--keyring-passphrase-file", "pw"];
        Made("UNPROTECTED", "local:a", "--protection", "Unprotected");
        Made("UNPROTECTED", "local:b", ["--protection", "unprotected", .. passphrase]);
        Made("Passphrase", "local:c", ["--protection", "Passphrase", .. passphrase]);
        Made("Passphrase", "local:d", passphrase); // on Windows too
        var made = _bench.Run(["kek", "new", "local:e", "--protection", "Passphrase", "--json", .. passphrase]).RequireDone();
        Assert.Equal("Passphrase", Assert.Single(made.Json).GetProperty("protection").GetString());

        _bench.Run(["kek", "export", "local:a", "--kek", "passphrase", "--passphrase-file", "pw", "-o", "backup"]).RequireDone();
        string[] import = ["kek", "import", "backup", "--passphrase-file", "pw", "--yes"];
        _bench.Run([.. import, "--protection", "Passphrase", .. passphrase]).RequireError(EnvelopeError.KekExists);
        Assert.Contains("UNPROTECTED", Assert.Single(_bench.Run([.. import, .. passphrase]).RequireDone().Lines), StringComparison.Ordinal);
        _bench.Run("kek", "remove", "local:a", "--yes").RequireDone();
        Assert.Contains("Passphrase", Assert.Single(_bench.Run([.. import, .. passphrase]).RequireDone().Lines), StringComparison.Ordinal);

        void Made(string shown, string kek, params string[] options) =>
            Assert.Contains(shown, Assert.Single(_bench.Run(["kek", "new", kek, .. options]).RequireDone().Lines), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Dpapi")]
    [InlineData("DpapiMachine")]
    public void A_protection_of_Windows_is_refused_elsewhere(string word)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "It has it.");
        var line = _bench.Run("kek", "new", "local:a", "--protection", word).RequireError(EnvelopeError.KekProtectionUnavailable);
        Assert.Contains(word, line, StringComparison.Ordinal);
        _bench.Run("kek", "list", "local:a").RequireError(EnvelopeError.KekNotFound);
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
    public void An_import_shows_the_key_id_and_who_could_have_made_the_backup()
    {
        _bench.Write("pw", "a passphrase for the safe\n");
        var exported = _bench.Run("kek", "export", ToolBench.Kek, "--kek", "passphrase", "--passphrase-file", "pw", "-o", "b").RequireDone();
        var keyId = KeyId();
        Assert.Contains(keyId, Assert.Single(exported.Lines), StringComparison.Ordinal);
        _bench.Run("kek", "remove", ToolBench.Kek, "--yes").RequireDone();
        var line = Assert.Single(_bench.Run("kek", "import", "b", "--passphrase-file", "pw", "--unprotected").RequireDone().Lines);
        Assert.Contains(keyId, line, StringComparison.Ordinal);
        Assert.Contains("passphrase", line, StringComparison.Ordinal);
        Assert.Contains("wraps from now on", line, StringComparison.Ordinal);

        var again = Assert.Single(_bench.Run("kek", "import", "b", "--passphrase-file", "pw", "--json").RequireDone().Json);
        Assert.Equal((keyId, "passphrase"), (again.GetProperty("keyId").GetString(), again.GetProperty("openedBy").GetString()));
        Assert.Equal((false, false), (again.GetProperty("anyoneCouldHaveMadeIt").GetBoolean(), again.GetProperty("isNew").GetBoolean()));
    }

    // The certificate is public: a stranger can make a KEK, call it local:daily, and back it up under it.
    [Fact]
    public void A_backup_under_a_certificate_is_said_to_be_anyones_unless_its_key_id_is_compared()
    {
        using var certificate = TestCertificate.OfAlice();
        _bench.Write("safe.pem", certificate.ExportCertificatePem());
        _bench.Write("key.pem", certificate.ExportCertificatePem() + "\n" + TestCertificate.KeyPem(certificate));
        var keyId = KeyId();
        _bench.Run("kek", "export", ToolBench.Kek, "--kek", "x509:safe.pem", "-o", "b").RequireDone();
        _bench.Run("kek", "remove", ToolBench.Kek, "--yes").RequireDone();
        string[] import = ["kek", "import", "b", "--allowed-kek", "x509:key.pem", "--unprotected"];

        _bench.Run([.. import, "--key-id", "AAAAAAAAAAAAAAAAAAAAAA"]).RequireError(EnvelopeError.KeyIdMismatch);
        Assert.Empty(_bench.Run("kek", "list").Output);
        _bench.Run([.. import, "--key-id", keyId]).RequireDone();

        _bench.Run("kek", "remove", ToolBench.Kek, "--yes").RequireDone();
        var alone = _bench.Run(import);
        Assert.Equal(ToolRun.Done, alone.ExitCode);
        Assert.Contains(keyId, Assert.Single(alone.ErrorLines), StringComparison.Ordinal);
        Assert.Contains(keyId, Assert.Single(alone.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public void The_default_KEK_is_made_when_it_is_named_and_that_is_said()
    {
        var run = _bench.RunWith(
            [1], [("ENVELOPECRYPTO_KEYRING_PASSPHRASE", "a passphrase")], "protect", "-", "--kek", "local:default", "-q");
        Assert.Equal(ToolRun.Done, run.ExitCode);
        Assert.Contains("local:default", Assert.Single(run.ErrorLines), StringComparison.Ordinal);
        Assert.Equal(0x89, run.Output[0]);
        // Where there is DPAPI, a variable alone chooses nothing.
        var protection = OperatingSystem.IsWindows() ? "Dpapi" : "Passphrase";
        Assert.Contains(protection, _bench.Run("kek", "list").RequireDone().Lines[1], StringComparison.Ordinal);
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

    private string KeyId() =>
        Assert.Single(_bench.Run("kek", "list", "--json").RequireDone().Json).GetProperty("versions")[0].GetProperty("keyId").GetString()!;
}
