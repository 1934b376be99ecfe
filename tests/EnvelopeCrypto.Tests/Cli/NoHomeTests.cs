using EnvelopeCrypto.Tests.Keys.Certificates;
using EnvelopeCrypto.Tests.Support;

namespace EnvelopeCrypto.Tests.Cli;

/// <summary>The tool in a container: a user without a name and without a home.</summary>
public sealed class NoHomeTests(UnprivilegedUser user) : IDisposable
{
    private readonly UnprivilegedPlace _place = user.RequirePlace();
    private readonly ToolBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void A_passphrase_and_a_certificate_work_without_a_place_for_a_keyring()
    {
        using var certificate = TestCertificate.OfAlice();
        _place.Write("offline.pem", certificate.ExportCertificatePem());
        _place.Write("key.pem", certificate.ExportCertificatePem() + "\n" + TestCertificate.KeyPem(certificate));
        _place.Write("pw", "a passphrase");
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
        _place.Write("pw", "a passphrase");
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
        var (program, all) = _place.Command("envelope.dll", arguments);
        using var running = _bench.Start([], program, all);
        running.Write(input);
        running.CloseInput();
        return running.Finish();
    }
}
