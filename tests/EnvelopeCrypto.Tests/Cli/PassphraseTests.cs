using System.Text;

namespace EnvelopeCrypto.Tests.Cli;

public sealed class PassphraseTests : IDisposable
{
    private const string Passphrase = "Grüße an 3 Pferde";

    private readonly ToolBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void A_passphrase_is_the_same_with_and_without_a_line_end_from_a_file_and_from_a_variable()
    {
        _bench.Write("bare", Passphrase);
        _bench.Write("unix", Passphrase + "\n");
        _bench.Write("windows", Passphrase + "\r\n");
        _bench.Write("marked", [.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes(Passphrase + "\r\n")]);
        _bench.Write("decomposed", Passphrase.Normalize(NormalizationForm.FormD));
        var envelope = _bench.Feed([5], "protect", "-", "--kek", "passphrase", "--passphrase-file", "bare", "-q").RequireDone();

        foreach (var file in new[] { "unix", "windows", "marked", "decomposed" })
            _bench.Feed(envelope.Output, "verify", "-", "--passphrase-file", file).RequireDone();
        _bench.RunWith(envelope.Output, [("ENVELOPECRYPTO_PASSPHRASE", Passphrase)], "verify", "-").RequireDone();
        _bench.RunWith(envelope.Output, [("ENVELOPECRYPTO_PASSPHRASE_FILE", _bench["windows"])], "verify", "-").RequireDone();
    }

    [Fact]
    public void A_passphrase_that_is_none_is_refused_and_its_file_named()
    {
        _bench.Write("empty", "");
        _bench.Write("newline", "\n");
        _bench.Write("latin", [0x47, 0x72, 0xfc, 0xdf, 0x65]);
        _bench.Write("long", new string('x', 70_000));
        foreach (var file in new[] { "empty", "newline", "latin", "long", "missing", ".", "" })
        {
            var run = _bench.Feed([5], "protect", "-", "--kek", "passphrase", "--passphrase-file", file);
            Assert.Contains($"'{file}'", run.RequireError(EnvelopeError.PassphraseInvalid), StringComparison.Ordinal);
            Assert.Empty(run.Output);
        }
    }

    [Fact]
    public void A_wrong_passphrase_of_an_envelope_is_told_with_the_option_that_gives_another()
    {
        _bench.Write("right", Passphrase);
        _bench.Write("wrong", "another");
        var envelope = _bench.Feed([5], "protect", "-", "--kek", "passphrase", "--passphrase-file", "right", "-q").RequireDone();
        var line = _bench.Feed(envelope.Output, "verify", "-", "--passphrase-file", "wrong").RequireError(EnvelopeError.WrappedKeyInvalid);
        Assert.Contains("--passphrase-file", line, StringComparison.Ordinal);
    }

    [Fact]
    public void Nobody_is_asked_when_standard_input_is_no_terminal()
    {
        _bench.Feed([5], "protect", "-", "--kek", "passphrase").RequireError(EnvelopeError.PassphraseRequired);
        _bench.Run("kek", "new", "local:secret").RequireError(EnvelopeError.PassphraseRequired);
        Assert.Single(_bench.Run("kek", "list").Lines);
    }

    [Fact]
    public void A_wrong_passphrase_of_the_keyring_is_told_from_a_missing_one()
    {
        _bench.Write("right", Passphrase);
        _bench.Write("wrong", "another");
        _bench.Run("kek", "new", "local:secret", "--keyring-passphrase-file", "right").RequireDone();
        var envelope = _bench.Feed([5], "protect", "-", "--kek", "local:secret", "--keyring-passphrase-file", "right", "-q").RequireDone();
        _bench.Feed(envelope.Output, "verify", "-").RequireError(EnvelopeError.PassphraseRequired);
        _bench.Feed(envelope.Output, "verify", "-", "--keyring-passphrase-file", "wrong")
            .RequireError(EnvelopeError.KeyringPassphraseWrong);
        // The passphrase of recipients is another than the keyring's.
        _bench.Feed(envelope.Output, "verify", "-", "--passphrase-file", "right").RequireError(EnvelopeError.PassphraseRequired);
        _bench.Feed(envelope.Output, "verify", "-", "--keyring-passphrase-file", "right").RequireDone();
    }
}
