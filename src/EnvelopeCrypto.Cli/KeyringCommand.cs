using System.CommandLine;
using System.Text.Json.Nodes;
using EnvelopeCrypto.Keys;

namespace EnvelopeCrypto.Cli;

/// <summary><c>envelope keyring</c>: the keyring as a whole.</summary>
internal static class KeyringCommand
{
    /// <summary>Named like the parameter of Set-EnvelopeKeyring.</summary>
    public static readonly Option<string?> NewPassphraseFile = Options.Secret(
        "--new-passphrase-file",
        "File with the passphrase that opens the keyring from now on. Default: $ENVELOPECRYPTO_NEW_KEYRING_PASSPHRASE or its _FILE form, "
        + "else you are asked.");

    private static readonly Option<string[]> Kek = Options.Many(
        "--kek", "Also protect this KEK with the passphrase, such as an unprotected one; may be repeated.", "local:NAME");

    public static Command Create(CancellationToken stop)
    {
        var passphrase = new Command(
            "passphrase",
            "Changes the keyring's passphrase. KEKs and files stay as they are; older copies of the keyring keep the old passphrase.")
        {
            Kek, Options.KeyringPassphraseFile, NewPassphraseFile,
        };
        passphrase.WithReport();
        passphrase.SetAction(parsed => ChangePassphrase(parsed, stop));
        return new Command("keyring", "Changes the passphrase of the local keyring.") { passphrase };
    }

    private static int ChangePassphrase(ParseResult parsed, CancellationToken stop)
    {
        using var run = new Invocation(parsed, dataOnOutput: false, stop);
        run.ReadPassphrases();
        var names = run.Keks(Kek).Select(reference => LocalKekActions.NameOf(reference, andOthers: "")).ToList();
        var changed = run.Keyring.ChangePassphrase(names, run.Stop);
        run.Report.Result(
            $"{(changed.ReplacesOne ? "Changed" : "Set")}  the passphrase of {DisplayText.OneLine(changed.Folder)}",
            () => new JsonObject
            {
                ["status"] = changed.ReplacesOne ? "Changed" : "Set",
                ["keyring"] = changed.Folder,
                ["notProtected"] = Report.List(changed.Outside),
            });
        foreach (var notice in changed.Notices(Kek.Name))
            run.Terminal.Information(notice);
        return ExitCode.Done;
    }
}
