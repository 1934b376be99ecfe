using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace EnvelopeCrypto.Cli;

/// <summary><c>envelope --help</c>: what the parser knows, then how to begin, and what scripts rely on.</summary>
internal sealed class RootHelp(HelpAction help) : SynchronousCommandLineAction
{
    private const string Text = """
        Examples:
          envelope kek new local:backup
          envelope protect data --recurse --kek local:backup --destination vault
          envelope verify vault --recurse
          envelope rewrap vault --recurse --old-kek local:backup --new-kek local:next
          envelope unprotect vault --recurse --destination restored

        KEKs:
          local:NAME             a key of the local keyring
          pub:FILE.pem           the public half of a key pair (kek new --key-pair)
          x509:FILE.pem          a certificate
          passphrase             a passphrase
          alias/NAME, a key ARN  a key in AWS KMS

        Exit codes:
          0  done
          1  something failed; the messages end with error ids
          2  wrong usage; nothing was done
          3  stopped by Ctrl+C or a signal
        """;

    public override int Invoke(ParseResult parseResult)
    {
        var code = help.Invoke(parseResult);
        if (parseResult.CommandResult.Command is RootCommand)
            parseResult.InvocationConfiguration.Output.WriteLine(Text);
        return code;
    }

    public static RootCommand With(RootCommand root)
    {
        foreach (var option in root.Options.OfType<HelpOption>())
            option.Action = new RootHelp((HelpAction)option.Action!);
        return root;
    }
}
