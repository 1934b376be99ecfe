using System.CommandLine;
using EnvelopeCrypto.Keys;

namespace EnvelopeCrypto.Cli;

/// <summary><c>envelope kek</c>: the KEKs themselves.</summary>
internal static class KekCommand
{
    private static readonly Argument<string> Reference = new("kek")
    {
        Description = "local:NAME, or alias/NAME, aws-kms:ID or a key ARN of AWS KMS",
    };
    private static readonly Argument<string[]> References = new("kek")
    {
        Description = "KEKs to show: local:NAME, a key of AWS KMS, pub:PATH or x509:PATH; all of the keyring when none is named.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    public static Command Create(CancellationToken stop)
    {
        var command = new Command(
            "kek", "Creates, lists and rotates KEKs, in the local keyring and in AWS KMS; backs up and removes local ones.");
        command.Add(Sub(
            "new", "Creates a KEK: local:NAME, or in AWS KMS under an alias; safe to run again there.",
            NewAsync, stop, [Reference, Options.AuditLog, .. NewKekOptions.Local, .. NewKekOptions.AwsKms]));
        command.Add(Sub(
            "list", "Lists KEKs and their versions, and shows the hash of a public half or certificate; needs no passphrase.",
            ListAsync, stop, [References, .. Options.Aws]));
        command.Add(Sub(
            "rotate", "Gives a KEK a new version, which wraps from now on; files under older versions still open.",
            RotateAsync, stop, [Reference, Options.AuditLog, Options.KeyringPassphraseFile, .. Options.Aws]));
        command.Add(Sub(
            "export",
            "Writes a backup of a local KEK, encrypted for a passphrase, certificate, another keyring's key pair or AWS KMS key; or "
            + "writes the public half of a key pair.",
            LocalKekActions.ExportAsync, stop,
            LocalKekActions.Reference, LocalKekActions.PublicKey, LocalKekActions.BackupKek, LocalKekActions.BackupDestination,
            Options.Force).WithKeks());
        command.Add(Sub(
            "import", "Restores a KEK from a backup.",
            LocalKekActions.ImportAsync, stop,
            LocalKekActions.BackupFile, LocalKekActions.KeyId, LocalKekActions.Yes, Options.AllowedKek,
            NewKekOptions.Protection, NewKekOptions.Unprotected, NewKekOptions.Machine).WithKeks());
        command.Add(Sub(
            "remove", "Removes a local KEK with all its versions.",
            LocalKekActions.Remove, stop, LocalKekActions.Reference, LocalKekActions.Yes, Options.AuditLog));
        return command;
    }

    private static Command Sub(
        string name, string description, Func<ParseResult, Invocation, Task> action, CancellationToken stop, params Symbol[] symbols)
    {
        var command = new Command(name, description);
        foreach (var symbol in symbols)
        {
            if (symbol is Argument argument)
                command.Add(argument);
            else
                command.Add((Option)symbol);
        }
        command.WithReport();
        command.SetAction(async parsed =>
        {
            using var run = new Invocation(parsed, dataOnOutput: false, stop);
            await action(parsed, run);
            return run.Report.AnyFailed ? ExitCode.Failed : ExitCode.Done;
        });
        return command;
    }

    private static Task NewAsync(ParseResult parsed, Invocation run)
    {
        var reference = KekReference.Parse(parsed.GetRequiredValue(Reference));
        if (reference.Kind == KekKind.AwsKms)
        {
            NewKekOptions.RequireNone(run, NewKekOptions.Local, "a key of AWS KMS");
            return AwsKmsKekActions.NewAsync(reference, run);
        }
        NewKekOptions.RequireNone(run, NewKekOptions.AwsKms, "a KEK of the keyring");
        return LocalKekActions.NewAsync(reference, run);
    }

    private static async Task ListAsync(ParseResult parsed, Invocation run)
    {
        var references = parsed.GetValue(References) ?? [];
        if (references.Length == 0)
            LocalKekActions.List(run);
        foreach (var reference in references.Select(KekReference.Parse).ToList())
        {
            try
            {
                if (reference.Kind == KekKind.AwsKms)
                    await AwsKmsKekActions.ListAsync(reference, run);
                else if (PublicKek.Is(reference))
                    await PublicKekActions.ListAsync(reference, run);
                else
                    LocalKekActions.List(reference, run);
            }
            catch (EnvelopeException failure)
            {
                run.Report.Failure(failure, reference.Text);
            }
        }
    }

    private static Task RotateAsync(ParseResult parsed, Invocation run)
    {
        var reference = KekReference.Parse(parsed.GetRequiredValue(Reference));
        return reference.Kind == KekKind.AwsKms
            ? AwsKmsKekActions.RotateAsync(reference, run)
            : LocalKekActions.RotateAsync(reference, run);
    }
}
