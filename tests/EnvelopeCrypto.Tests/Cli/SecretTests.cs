using System.Text;
using EnvelopeCrypto.Tests.Keys.Certificates;

namespace EnvelopeCrypto.Tests.Cli;

public sealed class SecretTests : IDisposable
{
    private const string Passphrase = "Zebra-Quitte-77";
    private const string WrongPassphrase = "Igel-Mispel-88";

    private readonly ToolBench _bench = new();
    private readonly List<ToolRun> _runs = [];

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void No_run_shows_a_passphrase_or_a_key()
    {
        using var certificate = TestCertificate.OfBob();
        _bench.Write("key.pem", certificate.ExportCertificatePem() + "\n" + TestCertificate.LockedKeyPem(certificate));
        _bench.Write("pw", Passphrase);
        _bench.Write("wrong", WrongPassphrase);
        _bench.Write("a", "hello");

        Run("kek", "new", "local:secret", "--keyring-passphrase-file", "pw");
        Run("kek", "new", "local:secret", "--keyring-passphrase-file", "wrong");
        Run(
            "protect",
            "a",
            "--kek",
            "local:secret",
            "--kek",
            "passphrase",
            "--kek",
            "x509:key.pem",
            "--kek",
            ToolBench.Kek,
            "--passphrase-file",
            "pw",
            "--keyring-passphrase-file",
            "pw",
            "--json");
        Run("inspect", "a.evc");
        Run("inspect", "a.evc", "--json");
        Run("unprotect", "a.evc", "--passphrase-file", "wrong", "--allowed-kek", "passphrase", "-o", "b");
        Run("verify", "a.evc", "--keyring-passphrase-file", "wrong", "--allowed-kek", "local:secret", "--json");
        Run("verify", "a.evc", "--allowed-kek", "x509:key.pem", "--certificate-passphrase-file", "wrong");
        Run("rewrap", "a.evc", "--remove-kek", ToolBench.Kek, "--allowed-kek", ToolBench.Kek, "--json");
        Run("kek", "export", ToolBench.Kek, "--kek", "passphrase", "--passphrase-file", "pw", "-o", "backup");
        Run("kek", "import", "backup", "--passphrase-file", "wrong");
        Run("kek", "rotate", ToolBench.Kek);
        Run("kek", "list");
        Run("kek", "list", "--json");

        Assert.Contains(_runs, run => run.ExitCode == ToolRun.Done);
        Assert.Contains(_runs, run => run.ExitCode == ToolRun.SomeFailed);
        var key = _bench.KeyOf("daily");
        byte[][] secrets =
        [
            key,
            .. new[] { Convert.ToBase64String(key), Convert.ToHexString(key), TestCertificate.Passphrase, Passphrase, WrongPassphrase }.Select(Encoding.UTF8.GetBytes),
            Encoding.UTF8.GetBytes(Convert.ToBase64String(key).TrimEnd('=').Replace('+', '-').Replace('/', '_')),
            Encoding.UTF8.GetBytes(Convert.ToHexString(key).ToLowerInvariant()),
        ];
        foreach (var run in _runs)
        {
            Assert.All(secrets, secret => Assert.Equal(-1, run.Output.AsSpan().IndexOf(secret)));
            Assert.All(secrets, secret => Assert.Equal(-1, run.ErrorOutput.AsSpan().IndexOf(secret)));
        }
    }

    private void Run(params string[] arguments) => _runs.Add(_bench.Run(arguments));
}
