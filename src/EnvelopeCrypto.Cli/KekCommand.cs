using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using EnvelopeCrypto.Files;
using EnvelopeCrypto.Keys;
using EnvelopeCrypto.Keys.Local;

namespace EnvelopeCrypto.Cli;

/// <summary><c>envelope kek</c>: the KEKs themselves.</summary>
internal static class KekCommand
{
    private static readonly Option<bool> Unprotected = new("--unprotected") { Description = "Keep the KEK without a passphrase: whoever reads its file has the key." };
    private static readonly Option<bool> Machine = new("--machine") { Description = "On Windows: every account of this machine that can read the KEK's file can use it (for services)." };
    private static readonly Option<bool> Yes = new("--yes", "-y") { Description = "Do not ask." };

    private static readonly Option<string[]> BackupKek = Options.Many("--kek", "What is to open the backup: passphrase or x509:PATH; may be repeated.", "REFERENCE");
    private static readonly Option<string?> BackupDestination = new("--destination", "-o") { Description = "The backup's file.", HelpName = "FILE" };

    private static readonly Argument<string> Reference = new("kek") { Description = "local:NAME" };
    private static readonly Argument<string> BackupFile = new("file") { Description = "The backup." };

    public static Command Create(CancellationToken stop)
    {
        var command = new Command("kek", "Makes, lists, rotates, backs up and removes KEKs of the local keyring.");
        command.Add(Sub("new", "Makes a KEK.", New, stop, Reference, Unprotected, Machine, Options.KeyringPassphraseFile));
        command.Add(Sub("list", "Lists the KEKs and their versions; needs no passphrase.", List, stop));
        command.Add(Sub("rotate", "Gives a KEK a new version, which wraps from now on; files under the old ones still open.", Rotate, stop, Reference, Options.KeyringPassphraseFile));
        command.Add(Sub("export", "Writes a backup of a KEK, under a passphrase or certificate.", ExportAsync, stop, Reference, BackupKek, BackupDestination, Options.Force).WithKeks());
        command.Add(Sub("import", "Brings a KEK back from a backup.", ImportAsync, stop, BackupFile, Options.AllowedKek, Unprotected, Machine).WithKeks());
        command.Add(Sub("remove", "Removes a KEK with all its versions.", Remove, stop, Reference, Yes));
        return command;
    }

    private static Command Sub(string name, string description, Func<ParseResult, Invocation, Task> action, CancellationToken stop, params Symbol[] symbols)
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

    private static async Task New(ParseResult parsed, Invocation run)
    {
        var name = NameOf(parsed);
        using var session = run.OpenSession();
        var made = await session.ManageAsync(KekOperation.Create, $"local:{name}", () => ValueTask.FromResult(run.Keyring.Create(name, Protection(run), run.Stop)), run.Stop);
        Show(run.Report, "Made", made);
    }

    private static Task List(ParseResult parsed, Invocation run)
    {
        var names = run.Keyring.Names();
        var width = names.Select(name => $"local:{name}".Length).DefaultIfEmpty().Max();
        foreach (var name in names)
        {
            try
            {
                Show(run.Report, "", run.Keyring.Get(name), width);
            }
            catch (EnvelopeException failure)
            {
                run.Report.Failure(failure, $"local:{name}");
            }
        }
        if (names.Count == 0)
            run.Terminal.Information($"the keyring in {run.Keyring.Folder} has no KEK; envelope kek new local:NAME makes one.");
        return Task.CompletedTask;
    }

    private static async Task Rotate(ParseResult parsed, Invocation run)
    {
        var name = NameOf(parsed);
        using var session = run.OpenSession();
        var kek = await session.ManageAsync(KekOperation.Rotate, $"local:{name}", () => ValueTask.FromResult(run.Keyring.Rotate(name, run.Stop)), run.Stop);
        Show(run.Report, "Rotated", kek);
    }

    private static async Task ExportAsync(ParseResult parsed, Invocation run)
    {
        var keks = run.Keks(BackupKek);
        if (keks.Count == 0)
            throw new UsageException("Say what is to open the backup: --kek passphrase or --kek x509:PATH.");
        if (run.Text(BackupDestination) is not { Length: > 0 } destination)
            throw new UsageException("Say where the backup goes: --destination FILE.");
        if (destination == Destination.Pipe)
            throw new UsageException("A backup goes into a file, not to standard output.");
        using var session = run.OpenSession();
        var result = await new KekExportOperation(session, run.Keyring).ExportAsync(NameOf(parsed), keks, destination, run.Flag(Options.Force), run.Stop);
        run.Report.Result(
            $"Exported  {result.SourcePath} to {DisplayText.OneLine(result.FullName!)}  for {string.Join("; ", result.Kek)}",
            () => new JsonObject { ["status"] = "Exported", ["kek"] = result.SourcePath, ["fullName"] = result.FullName, ["recipients"] = Report.List(result.Kek) });
    }

    private static async Task ImportAsync(ParseResult parsed, Invocation run)
    {
        if (parsed.GetRequiredValue(BackupFile) == Destination.Pipe)
            throw new UsageException("A backup is read from a file, not from standard input.");
        using var session = run.OpenSession();
        var restored = await new KekExportOperation(session, run.Keyring).ImportAsync(parsed.GetRequiredValue(BackupFile), Protection(run), run.Stop);
        var added = restored.Added.Count == 0 ? "nothing to add" : $"added version {string.Join(", ", restored.Added.Select(version => version.Version))}";
        Show(run.Report, "Imported", restored.Kek, note: restored.IsNew ? "" : $"  ({added}; the current version stays)");
    }

    private static async Task Remove(ParseResult parsed, Invocation run)
    {
        var name = NameOf(parsed);
        var kek = run.Keyring.Get(name);
        var versions = string.Join(", ", kek.Versions.Select(version => version.Version));
        if (!run.Flag(Yes) && !Terminal.Confirm(
            $"Remove {kek.Reference} (version {versions})? Files that only it opens are lost without a backup.",
            $"--yes removes {kek.Reference} all the same."))
        {
            run.Terminal.Information("nothing was removed.");
            run.Report.MarkFailed();
            return;
        }
        using var session = run.OpenSession();
        var gone = await session.ManageAsync(KekOperation.Remove, kek.Reference, () => ValueTask.FromResult(run.Keyring.Remove(name, run.Stop)), run.Stop);
        run.Report.Result($"Removed  {gone.Reference}  version {versions}", () => new JsonObject { ["status"] = "Removed", ["kek"] = gone.Reference, ["versions"] = Versions(gone.Versions) });
    }

    private static string NameOf(ParseResult parsed)
    {
        var reference = KekReference.Parse(parsed.GetRequiredValue(Reference));
        return reference.Kind == KekKind.Local
            ? reference.Id
            : throw new EnvelopeException(EnvelopeError.KekProviderMissing, $"{reference}: only KEKs of the local keyring can be managed here.");
    }

    private static KekProtection? Protection(Invocation run)
    {
        if (run.Flag(Unprotected) && run.Flag(Machine))
            throw new UsageException("--unprotected and --machine do not go together.");
        return run.Flag(Unprotected) ? KekProtection.Unprotected : run.Flag(Machine) ? KekProtection.DpapiMachine : null;
    }

    private static void Show(Report report, string status, KekInfo kek, int width = 0, string note = "")
    {
        var current = kek.Versions.First(version => version.IsCurrent);
        var version = $"version {current.Version}{(kek.Versions.Count > 1 ? $" of {kek.Versions.Count}" : "")}";
        var protection = kek.Protection == KekProtection.Unprotected ? "UNPROTECTED" : kek.Protection.ToString();
        var made = kek.Created.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        report.Result(
            $"{(status.Length == 0 ? "" : status + "  ")}{kek.Reference.PadRight(width)}  {version}  {protection}  made {made}{note}",
            () => new JsonObject
            {
                ["status"] = status.Length == 0 ? null : status,
                ["kek"] = kek.Reference,
                ["protection"] = kek.Protection.ToString(),
                ["created"] = Time(kek.Created),
                ["versions"] = Versions(kek.Versions),
            });
    }

    private static JsonArray Versions(IEnumerable<KekVersionInfo> versions) => new([.. versions.Select(version => (JsonNode)new JsonObject
    {
        ["version"] = version.Version,
        ["keyId"] = version.KeyId,
        ["created"] = Time(version.Created),
        ["current"] = version.IsCurrent,
    })]);

    private static string Time(DateTimeOffset time) => time.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
}
