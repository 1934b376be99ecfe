using EnvelopeCrypto.Tests.Keys.Certificates;

namespace EnvelopeCrypto.Tests.Cli;

/// <summary>The tool in a container: a user without a name and without a home.</summary>
public sealed class NoHomeTests : IDisposable
{
    private const string Nobody = "54321";

    private readonly ToolBench _bench = new();

    public NoHomeTests()
    {
        Assert.SkipUnless(
            OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess,
            "Only root on Linux can take the place of a user without a home.");
        Assert.SkipUnless(File.Exists("/usr/bin/setpriv"), "The program setpriv is missing.");
        _bench.OpenToOthers();
        Assert.SkipUnless(Run([], "--version").ExitCode == ToolRun.Done, "The tool's folder is closed to other users.");
    }

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void A_passphrase_and_a_certificate_work_without_a_place_for_a_keyring()
    {
        using var certificate = TestCertificate.OfAlice();
        _bench.Write("offline.pem", certificate.ExportCertificatePem());
        _bench.Write("key.pem", certificate.ExportCertificatePem() + "\n" + TestCertificate.KeyPem(certificate));
        _bench.Write("pw", "a passphrase");
        var envelope = Run([4], "protect", "-", "--kek", "passphrase", "--kek", "x509:offline.pem", "--passphrase-file", "pw", "-q")
            .RequireDone();

        Run(envelope.Output, "inspect", "-").RequireDone();
        Assert.Equal([4], Run(envelope.Output, "unprotect", "-", "--passphrase-file", "pw", "-q").RequireDone().Output);
        Assert.Equal([4], Run(envelope.Output, "unprotect", "-", "--allowed-kek", "x509:key.pem", "-q").RequireDone().Output);
    }

    [Fact]
    public void A_local_KEK_needs_a_place_and_the_error_says_how_to_name_one()
    {
        _bench.Write("pw", "a passphrase");
        var envelope = _bench.Feed([4], "protect", "-", "--kek", ToolBench.Kek, "--kek", "passphrase", "--passphrase-file", "pw", "-q")
            .RequireDone();
        foreach (var run in new[]
        {
            Run([4], "protect", "-", "--kek", ToolBench.Kek),
            Run([], "kek", "list"),
            Run([], "kek", "new", "local:a", "--unprotected"),
        })
        {
            Assert.Contains("ENVELOPECRYPTO_HOME", run.RequireError(EnvelopeError.KeyringLocationUnknown), StringComparison.Ordinal);
            Assert.Empty(run.Output);
        }
        Assert.Contains("ENVELOPECRYPTO_HOME", Assert.Single(Run(envelope.Output, "verify", "-").ErrorLines), StringComparison.Ordinal);
        Run(envelope.Output, "verify", "-", "--passphrase-file", "pw").RequireDone();
    }

    private ToolRun Run(ReadOnlySpan<byte> input, params string[] arguments)
    {
        string[] command =
        [
            "-i", "PATH=/usr/bin:/bin", "setpriv", $"--reuid={Nobody}", $"--regid={Nobody}", "--clear-groups", ToolBench.Host, ToolBench.Program, .. arguments,
        ];
        using var running = _bench.Start([], "/usr/bin/env", command);
        running.Write(input);
        running.CloseInput();
        return running.Finish();
    }
}
