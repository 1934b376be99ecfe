using EnvelopeCrypto.Tests.Keys.Certificates;

namespace EnvelopeCrypto.Tests.Cli;

/// <summary>
/// A host that encrypts has only the public half; another, with the backup of the KEK and its passphrase alone, restores.
/// </summary>
public sealed class KeyPairTests : IDisposable
{
    private const string Offline = "local:offline";

    private readonly ToolBench _admin = new();
    private readonly ToolBench _host = new();

    public void Dispose()
    {
        _admin.Dispose();
        _host.Dispose();
    }

    [Fact]
    public void A_host_with_the_public_half_protects_and_one_with_the_backup_restores()
    {
        Make();
        _admin.Write("pw", "the safe's passphrase\n");
        _admin.Run("kek", "export", Offline, "--kek", "passphrase", "--passphrase-file", "pw", "-o", "offline.kek").RequireDone();
        _host.Write("offline.pem", _admin.Read("offline.pem"));
        Directory.Delete(_host.Home, recursive: true);
        _host.Write("tree/a", "hello");
        _host.Write("tree/deep/b", new byte[2_000_000]);

        _host.Run("protect", "tree", "-r", "-o", "vault", "--kek", "pub:offline.pem").RequireDone();
        Assert.False(Directory.Exists(_host.Home));
        var missing = _host.Run("unprotect", "vault/a.evc", "-o", "back");
        missing.RequireError(EnvelopeError.PrivateKeyMissing);
        Assert.DoesNotContain("certificate", missing.Errors, StringComparison.Ordinal);

        using var restorer = new ToolBench();
        restorer.Write("pw", "the safe's passphrase\n");
        restorer.Write("offline.kek", _admin.Read("offline.kek"));
        restorer.Run("kek", "import", "offline.kek", "--passphrase-file", "pw", "--unprotected").RequireDone();
        restorer.Run("unprotect", _host["vault"], "-r", "-o", "back").RequireDone();
        Assert.Equal("hello"u8.ToArray(), restorer.Read("back/a"));
        Assert.Equal(new byte[2_000_000], restorer.Read("back/deep/b"));
    }

    [Fact]
    public void The_public_half_is_a_file_that_others_may_read_and_is_not_overwritten()
    {
        var kid = Make();
        if (!OperatingSystem.IsWindows())
            Assert.Equal(Convert.ToInt32("644", 8), (int)File.GetUnixFileMode(_admin["offline.pem"]));
        _admin.Run("kek", "export", Offline, "--public-key").RequireError(EnvelopeError.DestinationExists);
        _admin.Run("kek", "export", Offline, "--public-key", "-o", "other.pem").RequireDone();
        Assert.Equal(_admin.Read("offline.pem"), _admin.Read("other.pem"));

        _admin.Run("kek", "rotate", Offline).RequireDone();
        var again = Assert.Single(_admin.Run("kek", "export", Offline, "--public-key", "--force", "--json").RequireDone().Json);
        Assert.NotEqual(kid, again.GetProperty("publicHalf").GetString(), StringComparer.Ordinal);
        Assert.NotEqual(_admin.Read("offline.pem"), _admin.Read("other.pem"));
    }

    // Files name a pair by a hash, which only a keyring with the pair knows by its name.
    [Fact]
    public void A_lost_pair_that_is_named_by_its_name_is_not_passed_over_in_silence()
    {
        var kid = Make();
        _admin.Write("a", "1");
        _admin.Run("protect", "a", "--kek", "pub:offline.pem", "--kek", ToolBench.Kek).RequireDone();
        _admin.Run("kek", "remove", Offline, "--yes").RequireDone();
        string[][] ways =
        [
            ["--remove-kek", Offline],
            ["--old-kek", Offline, "--new-kek", ToolBench.Kek],
            ["--old-kek", Offline, "--new-kek", ToolBench.Kek, "--rotate-data-key", "--require-rotation"],
        ];
        foreach (var way in ways)
            _admin.Run(["rewrap", "a.evc", .. way]).RequireError(EnvelopeError.KekNotFound);
        _admin.Run("rewrap", "a.evc", "--remove-kek", kid).RequireDone();
        var last = _admin.Run("rewrap", "a.evc", "--remove-kek", Offline); // there is no pair any more that it could be
        Assert.Equal(ToolRun.Done, last.ExitCode);
        Assert.Contains("warning", Assert.Single(last.ErrorLines), StringComparison.Ordinal);
    }

    [Fact]
    public void A_backup_is_not_left_to_KEKs_of_its_own_keyring_by_taking_the_others_away()
    {
        Make();
        _admin.Write("pw", "the safe's passphrase\n");
        _admin.Run("kek", "export", Offline, "--kek", "passphrase", "--passphrase-file", "pw", "-o", "offline.kek").RequireDone();
        _admin.Run("rewrap", "offline.kek", "--passphrase-file", "pw", "--add-kek", "pub:offline.pem").RequireDone();
        _admin.Run("rewrap", "offline.kek", "--remove-kek", "passphrase").RequireError(EnvelopeError.WouldLockOut);
        _admin.Run("rewrap", "offline.kek", "--remove-kek", "passphrase", "--what-if").RequireError(EnvelopeError.WouldLockOut);
    }

    // By telephone, say, before the file is trusted.
    [Fact]
    public void What_a_public_half_or_certificate_is_can_be_compared()
    {
        var kid = Make();
        var made = Assert.Single(_admin.Run("kek", "list", Offline, "--json").RequireDone().Json).GetProperty("versions")[0];
        using var certificate = TestCertificate.OfAlice();
        _host.Write("alice.pem", certificate.ExportCertificatePem());
        _host.Write("offline.pem", _admin.Read("offline.pem"));

        var line = Assert.Single(_host.Run("kek", "list", "pub:offline.pem").RequireDone().Lines);
        Assert.Contains(kid, line, StringComparison.Ordinal);
        Assert.Contains("post-quantum", line, StringComparison.Ordinal);
        var shown = _host.Run("kek", "list", "pub:offline.pem", "x509:alice.pem", "--json").RequireDone().Json;
        Assert.Equal([kid, TestCertificate.KidOf(certificate)], shown.Select(json => json.GetProperty("kek").GetString()), StringComparer.Ordinal);
        Assert.Equal(made.GetProperty("keyId").GetString(), shown[0].GetProperty("keyId").GetString());
        Assert.Null(shown[0].GetProperty("privateHalf").GetString());
        Assert.Equal([true, false], shown.Select(json => json.GetProperty("postQuantum").GetBoolean()));

        Assert.Equal(
            Offline, Assert.Single(_admin.Run("kek", "list", "pub:offline.pem", "--json").RequireDone().Json).GetProperty("privateHalf").GetString());
        _host.Run("kek", "list", "pub:alice.pem").RequireError(EnvelopeError.PublicKeyInvalid);
        _host.Run("kek", "list", "pub:nowhere.pem").RequireError(EnvelopeError.PublicKeyNotFound);
        _host.Run("kek", "list", kid).RequireError(EnvelopeError.KekNotFound);
        _host.Run("kek", "list", "passphrase").RequireError(EnvelopeError.KekUnsuitable);
    }

    // Rot of one letter in the keyring: nobody would have the private half of what is encrypted then.
    [Fact]
    public void A_public_half_that_rotted_in_the_keyring_neither_encrypts_nor_leaves_it()
    {
        Make();
        var file = Path.Combine(_admin.Home, "keyring", "kek.offline.json");
        var text = File.ReadAllText(file);
        var at = text.IndexOf("\"public\":\"", StringComparison.Ordinal) + 900;
        File.WriteAllText(file, text[..at] + (text[at] == 'A' ? 'B' : 'A') + text[(at + 1)..]);
        _admin.Write("a", "hello");

        _admin.Run("protect", "a", "--kek", Offline).RequireError(EnvelopeError.KeyringDamaged);
        _admin.Run("kek", "export", Offline, "--public-key", "-o", "rotted.pem").RequireError(EnvelopeError.KeyringDamaged);
        Assert.False(File.Exists(_admin["a.evc"]) || File.Exists(_admin["rotted.pem"]));
    }

    [Fact]
    public void What_a_public_half_cannot_do_is_said()
    {
        Make();
        _admin.Run("kek", "export", ToolBench.Kek, "--public-key").RequireError(EnvelopeError.KekUnsuitable);
        _admin.Run("kek", "export", "local:none", "--public-key").RequireError(EnvelopeError.KekNotFound);
        _admin.Run("kek", "export", Offline, "--public-key", "--kek", "passphrase").RequireWrongUsage();
        _admin.Run("kek", "export", Offline, "--public-key", "-o", "-").RequireWrongUsage();
        _admin.Run("kek", "export", "pub:offline.pem", "--public-key").RequireError(EnvelopeError.KekUnsuitable);
        _admin.Run("kek", "export", Offline, "--kek", "pub:offline.pem", "-o", "b").RequireError(
            EnvelopeError.KekReferenceInvalid, ToolRun.WrongUsage);
        _admin.Run("kek", "new", "alias/backup", "--key-pair").RequireWrongUsage();
        _admin.Run("kek", "new", "pub:offline.pem").RequireError(EnvelopeError.KekUnsuitable);
        _admin.Write("a", "hello");
        _admin.Run("protect", "a", "--kek", "pub:a").RequireError(EnvelopeError.PublicKeyNotFound);
        _admin.Run("protect", "a", "--kek", "pub:").RequireError(EnvelopeError.KekReferenceInvalid, ToolRun.WrongUsage);
        using var certificate = TestCertificate.OfAlice();
        _admin.Write("alice.pem", certificate.ExportCertificatePem());
        _admin.Run("protect", "a", "--kek", "pub:alice.pem").RequireError(EnvelopeError.PublicKeyInvalid);
        Assert.False(File.Exists(_admin["a.evc"]));
    }

    [Fact]
    public void Inspection_and_verification_say_which_recipients_are_post_quantum()
    {
        var kid = Make();
        using var certificate = TestCertificate.OfAlice();
        _admin.Write("alice.pem", certificate.ExportCertificatePem());
        _admin.Write("a", "hello");
        _admin.Run("protect", "a", "--kek", "pub:offline.pem").RequireDone();

        Assert.Contains(
            "post-quantum",
            Assert.Single(_admin.Run("inspect", "a.evc").RequireDone().Lines, line => line.Contains(kid, StringComparison.Ordinal)),
            StringComparison.Ordinal);
        _admin.Run("verify", "a.evc", "--only-post-quantum").RequireDone();
        _admin.Run("rewrap", "a.evc", "--add-kek", "x509:alice.pem").RequireDone();
        var shown = Assert.Single(_admin.Run("inspect", "a.evc", "--json").RequireDone().Json);
        Assert.False(shown.GetProperty("postQuantum").GetBoolean());
        Assert.Equal(
            [true, false], shown.GetProperty("recipients").EnumerateArray().Select(recipient => recipient.GetProperty("postQuantum").GetBoolean()));
        _admin.Run("verify", "a.evc", "--only-post-quantum").RequireError(EnvelopeError.NotPostQuantum);
    }

    [Fact]
    public void Text_is_protected_for_the_public_half_and_its_use_recorded()
    {
        var kid = Make();
        var token = _admin.Feed("hello"u8, "protect", "-", "--text", "--kek", "pub:offline.pem").RequireDone().Output;
        Assert.Equal(["hello"], _admin.Feed(token, "unprotect", "-", "--text").RequireDone().Lines);

        var record = Assert.Single(
            _admin.Run("protect", _admin.Write("a", "hello"), "--kek", "pub:offline.pem", "--json", "--audit-log", "log").RequireDone().Json,
            line => line.TryGetProperty("status", out _));
        Assert.True(record.GetProperty("postQuantum").GetBoolean());
        Assert.All(_admin.Run("audit", "show", "log", "--json").RequireDone().Json, line =>
            Assert.Equal(("Wrap", kid), (line.GetProperty("operation").GetString(), line.GetProperty("kek").GetString())));
    }

    /// <summary>Makes the pair and its public half's file; gives the half's hash.</summary>
    private string Make()
    {
        _admin.Run("kek", "new", Offline, "--key-pair", "--unprotected").RequireDone();
        return Assert.Single(_admin.Run("kek", "export", Offline, "--public-key", "--json").RequireDone().Json)
            .GetProperty("publicHalf").GetString()!;
    }
}
