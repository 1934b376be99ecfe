using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using EnvelopeCrypto.Files;
using EnvelopeCrypto.Keys;
using EnvelopeCrypto.Keys.Local;

namespace EnvelopeCrypto.Cli;

/// <summary>What <c>envelope kek</c> does with KEKs of the local keyring.</summary>
internal static class LocalKekActions
{
    private const string Made = "Made";

    public static readonly Argument<string> Reference = new("kek") { Description = "local:NAME" };
    public static readonly Option<bool> Yes = new("--yes", "-y") { Description = "Do not ask." };
    public static readonly Option<string[]> BackupKek = Options.Many(
        "--kek",
        "What is to open the backup: passphrase, x509:PATH, pub:PATH of another keyring's key pair, or a key of AWS KMS; may be repeated.",
        "REFERENCE");
    public static readonly Option<string?> BackupDestination = new("--destination", "-o")
    {
        Description = "The backup's file; with --public-key NAME.pem here when it is left out.",
        HelpName = "FILE",
    };
    public static readonly Option<bool> PublicKey = new("--public-key")
    {
        Description = "Write the public half of a key pair, as a PEM file, instead of a backup. It is not a secret: --kek pub:PATH "
            + "encrypts with it.",
    };
    public static readonly Option<string?> KeyId = new("--key-id")
    {
        Description = "The key id that the backup's newest version must have, as it was noted at the export. Nothing is asked then.",
        HelpName = "ID",
    };
    public static readonly Argument<string> BackupFile = new("file") { Description = "The backup." };

    public static async Task NewAsync(KekReference reference, Invocation run)
    {
        var name = NameOf(reference);
        var protection = ProtectionChoice.ForNew(NewKekOptions.ProtectionOf(run), run.IsGiven(Options.KeyringPassphraseFile));
        using var session = run.OpenSession();
        var made = await session.ManageAsync(
            KekOperation.Create,
            $"local:{name}",
            () => ValueTask.FromResult(run.Flag(NewKekOptions.KeyPair)
                ? run.Keyring.CreateKeyPair(name, protection, run.Stop)
                : run.Keyring.Create(name, protection, run.Stop)),
            run.Stop);
        Show(run.Report, Made, made);
        Say(run, $"back up {made.Reference}. Without a backup, its files are lost with the keyring:", ExportOf(name));
    }

    // For the person at the terminal: neither a result nor a line in the mail of a nightly run. The command has a line of its own, to copy.
    private static void Say(Invocation run, string text, string command)
    {
        if (run.Report.IsQuiet || Console.IsErrorRedirected)
            return;
        run.Terminal.Information(text);
        ErrorOutput.WriteLine($"  {command}");
    }

    private static string ExportOf(string name) => $"envelope kek export local:{name} --kek passphrase -o {name}.kek.evc";

    /// <summary>Shows all of them.</summary>
    public static void List(Invocation run)
    {
        var names = run.Keyring.Names();
        var width = names.Select(name => $"local:{name}".Length).DefaultIfEmpty().Max();
        foreach (var name in names)
        {
            try
            {
                List(run.Keyring.Get(name), run, width);
            }
            catch (EnvelopeException failure)
            {
                run.Report.Failure(failure, $"local:{name}");
            }
        }
        if (names.Count == 0)
            run.Terminal.Information($"the keyring in {run.Keyring.Folder} has no KEK; envelope kek new local:NAME makes one.");
    }

    /// <summary>Shows one.</summary>
    public static void List(KekReference reference, Invocation run) => List(run.Keyring.Get(NameOf(reference)), run, width: 0);

    private static void List(KekInfo kek, Invocation run, int width) =>
        Show(run.Report, "", kek, width, $"  {kek.BackupState}", json => json["exported"] = Time(kek.Exported));

    public static async Task RotateAsync(KekReference reference, Invocation run)
    {
        var name = NameOf(reference);
        using var session = run.OpenSession();
        var kek = await session.ManageAsync(
            KekOperation.Rotate, $"local:{name}", () => ValueTask.FromResult(run.Keyring.Rotate(name, run.Stop)), run.Stop);
        Show(run.Report, "Rotated", kek, note: kek.IsKeyPair ? "  its public half is a new one, to be exported again" : "");
        Say(
            run,
            kek.Versions.Any(version => version.Exported is not null)
                ? $"back up {kek.Reference} again. Its last backup lacks this version:"
                : $"back up {kek.Reference}. Without a backup, its files are lost with the keyring:",
            ExportOf(name));
        Say(run, "older files still open. To rewrap them:", $"envelope rewrap PATH -r --old-kek {kek.Reference} --new-kek {kek.Reference}");
    }

    public static async Task ExportAsync(ParseResult parsed, Invocation run)
    {
        if (run.Flag(PublicKey))
        {
            ExportPublicKey(NameOf(parsed), run);
            return;
        }
        var keks = run.Keks(BackupKek);
        if (keks.Count == 0)
            throw new UsageException(
                "Say what is to open the backup: --kek passphrase, --kek x509:PATH, --kek pub:PATH or --kek with a key of AWS KMS.");
        if (run.Text(BackupDestination) is not { Length: > 0 } destination)
            throw new UsageException("Say where the backup goes: --destination FILE.");
        if (destination == Destination.Pipe)
            throw new UsageException("A backup goes into a file, not to standard output.");
        run.SayPassphraseIsFor("the passphrase of the backup");
        using var session = run.OpenSession();
        var newest = run.Keyring.Get(NameOf(parsed)).Versions.Single(version => version.IsCurrent);
        var result = await new KekExportOperation(session, run.Keyring).ExportAsync(
            NameOf(parsed), keks, destination, run.Flag(Options.Force), run.Stop);
        run.Report.Result(
            $"Exported  {result.SourcePath} to {GivenPath.Of(result.FullName!, destination)}  for "
            + $"{Report.Keks(result.Kek)}  version {newest.Version}, key id {newest.KeyId}",
            () => new JsonObject
            {
                ["status"] = "Exported",
                ["kek"] = result.SourcePath,
                ["fullName"] = result.FullName,
                ["recipients"] = Report.List(result.Kek),
                ["keyId"] = newest.KeyId,
            });
    }

    private static void ExportPublicKey(string name, Invocation run)
    {
        if (run.IsGiven(BackupKek))
            throw new UsageException("A public half is not a secret and gets no KEK: --kek does not go with --public-key.");
        var destination = run.Text(BackupDestination) is { Length: > 0 } given ? given : PublicHalfExport.NameFor(name);
        if (destination == Destination.Pipe)
            throw new UsageException("A public half goes into a file, not to standard output.");
        var (result, version) = PublicHalfExport.Write(run.Keyring, name, destination, run.Flag(Options.Force));
        run.Report.Result(
            $"Exported  the public half of {result.SourcePath} to {DisplayText.OneLine(GivenPath.Of(result.FullName!, destination))}  "
            + $"version {version.Version}, {version.PublicHalf}",
            () => new JsonObject
            {
                ["status"] = "Exported",
                ["kek"] = result.SourcePath,
                ["fullName"] = result.FullName,
                ["publicHalf"] = version.PublicHalf,
                ["keyId"] = version.KeyId,
            });
    }

    public static async Task ImportAsync(ParseResult parsed, Invocation run)
    {
        if (parsed.GetRequiredValue(BackupFile) == Destination.Pipe)
            throw new UsageException("A backup is read from a file, not from standard input.");
        var named = NewKekOptions.ProtectionOf(run);
        run.SayPassphraseIsFor("the passphrase of the backup");
        using var session = run.OpenSession();
        var source = parsed.GetRequiredValue(BackupFile);
        using var import = await new KekExportOperation(session, run.Keyring).OpenAsync(source, run.Stop);
        if (run.Text(KeyId) is { } expected)
            import.RequireKeyId(expected);
        else if (!IsAgreed(import, run))
            return;
        // A KEK that is there keeps its own protection, whatever passphrase is brought along.
        var protection = import.IsNew ? ProtectionChoice.ForNew(named, run.IsGiven(Options.KeyringPassphraseFile)) : named;
        var restored = await KekExportOperation.RestoreAsync(import, source, protection, run.Stop);
        var added = restored.Added.Count == 0 ? "nothing to add" : $"added version {string.Join(", ", restored.Added)}";
        Show(
            run.Report,
            "Imported",
            restored.Kek,
            note: $"  {(WasAsked(run) ? $"key id {import.Newest.KeyId}" : import.Description)}{(restored.IsNew ? "" : $" ({added})")}",
            more: json =>
            {
                json["keyId"] = import.Newest.KeyId;
                json["openedBy"] = import.OpenedBy;
                json["anyoneCouldHaveMadeIt"] = import.AnyoneCouldHaveMadeIt;
                json["isNew"] = restored.IsNew;
                json["added"] = Versions(restored.Added);
            });
    }

    // The question has said all of it.
    private static bool WasAsked(Invocation run) => run.Text(KeyId) is null && !run.Flag(Yes) && Terminal.PersonIsThere;

    // Where somebody is there, they decide; where no one is, what could be a stranger's is warned of.
    private static bool IsAgreed(KekImport import, Invocation run)
    {
        if (run.Flag(Yes))
            return true;
        if (Terminal.PersonIsThere)
        {
            if (run.Terminal.Confirm($"{import.Description} Import it?", insteadOfAsking: ""))
                return true;
            run.Terminal.Information("nothing was imported.");
            run.Report.MarkFailed();
            return false;
        }
        if (import.AnyoneCouldHaveMadeIt)
            run.Terminal.Warning($"{import.Description} Compare the key id; --key-id does.");
        return true;
    }

    public static async Task Remove(ParseResult parsed, Invocation run)
    {
        var name = NameOf(parsed);
        var kek = run.Keyring.Get(name);
        var versions = string.Join(", ", kek.Versions.Select(version => version.Version));
        if (!run.Flag(Yes) && !run.Terminal.Confirm(
            $"Remove {kek.Reference} (version {versions}; {kek.BackupState})? Files that only it opens are lost without a backup.",
            $"--yes removes {kek.Reference} all the same."))
        {
            run.Terminal.Information("nothing was removed.");
            run.Report.MarkFailed();
            return;
        }
        using var session = run.OpenSession();
        var gone = await session.ManageAsync(
            KekOperation.Remove, kek.Reference, () => ValueTask.FromResult(run.Keyring.Remove(name, run.Stop)), run.Stop);
        run.Report.Result(
            $"Removed  {gone.Reference}  version {versions}",
            () => new JsonObject { ["status"] = "Removed", ["kek"] = gone.Reference, ["versions"] = Versions(gone.Versions) });
    }

    private static string NameOf(ParseResult parsed) => NameOf(KekReference.Parse(parsed.GetRequiredValue(Reference)), andOthers: "");

    /// <summary>The name of a KEK of the keyring.</summary>
    /// <exception cref="EnvelopeException">KekUnsuitable, KekProviderMissing.</exception>
    public static string NameOf(KekReference reference, string andOthers = " and keys of AWS KMS") => reference.Kind == KekKind.Local
        ? reference.Id
        : throw new EnvelopeException(
            reference.Kind == KekKind.Provider ? EnvelopeError.KekProviderMissing : EnvelopeError.KekUnsuitable,
            $"{reference}: this can be done with KEKs of the local keyring (local:NAME){andOthers} only; any other is looked after where it is kept.");

    private static void Show(
        Report report, string status, KekInfo kek, int width = 0, string note = "", Action<JsonObject>? more = null)
    {
        var current = kek.Versions.First(version => version.IsCurrent);
        var version = $"version {current.Version}{(kek.Versions.Count > 1 ? $" of {kek.Versions.Count}" : "")}";
        var protection = kek.Protection == KekProtection.Unprotected ? "UNPROTECTED" : kek.Protection.ToString();
        var kind = kek.IsKeyPair ? "  key pair" : "";
        var made = status == Made ? "" : $"  made {Date(kek.Created)}";
        report.Result(
            $"{(status.Length == 0 ? "" : status + "  ")}{kek.Reference.PadRight(width)}  {version}  {protection}{kind}{made}{note}",
            () =>
            {
                var json = new JsonObject
                {
                    ["status"] = status.Length == 0 ? null : status,
                    ["kek"] = kek.Reference,
                    ["protection"] = kek.Protection.ToString(),
                    ["keyPair"] = kek.IsKeyPair,
                    ["created"] = Time(kek.Created),
                    ["versions"] = Versions(kek.Versions),
                };
                more?.Invoke(json);
                return json;
            });
    }

    private static JsonArray Versions(IEnumerable<KekVersionInfo> versions) => new([.. versions.Select(version => (JsonNode)new JsonObject
    {
        ["version"] = version.Version,
        ["keyId"] = version.KeyId,
        ["created"] = Time(version.Created),
        ["current"] = version.IsCurrent,
        ["exported"] = Time(version.Exported),
        ["publicHalf"] = version.PublicHalf,
    })]);

    private static string Date(DateTimeOffset time) => time.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static string? Time(DateTimeOffset? time) => time is { } given ? Time(given) : null;

    private static string Time(DateTimeOffset time) => time.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
}
