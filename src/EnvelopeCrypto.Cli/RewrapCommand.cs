using System.CommandLine;
using EnvelopeCrypto.Batches;
using EnvelopeCrypto.Files;
using EnvelopeCrypto.Format;

namespace EnvelopeCrypto.Cli;

/// <summary><c>envelope rewrap</c>: other KEKs for the same envelopes, whose bodies stay as they are.</summary>
internal static class RewrapCommand
{
    private static readonly Option<string[]> NewKek = Options.Many(
        "--new-kek",
        "KEK that replaces the old ones; may be repeated. Without --old-kek the envelope ends with exactly these.",
        "REFERENCE");
    private static readonly Option<string[]> OldKek = Options.Many(
        "--old-kek", "KEK to replace; may be repeated. Other recipients stay, and envelopes without it are left alone.", "REFERENCE");
    private static readonly Option<string[]> AddKek = Options.Many("--add-kek", "KEK to add; may be repeated.", "REFERENCE");
    private static readonly Option<string[]> RemoveKek = Options.Many("--remove-kek", "KEK to remove; may be repeated.", "REFERENCE");
    private static readonly Option<bool> RotateDataKey = new("--rotate-data-key")
    {
        Description =
            "Give each envelope a new data key and encrypt its data again, so that a copy of the old one can neither read nor forge it "
            + "from then on. By itself it keeps the KEKs.",
    };
    private static readonly Option<bool> RequireRotation = new("--require-rotation")
    {
        Description =
            "With --rotate-data-key: fail for a file that is left as it is, unless a new KEK opens it that only its holder can wrap for. "
            + "Anyone with a leaked KEK could have removed its recipient.",
    };
    private static readonly Option<string?> WrappedBefore = new("--wrapped-before")
    {
        Description =
            "Only recipients wrapped before this day or time (local time, unless an offset or Z is given). "
            + "By itself it wraps for the same KEKs again.",
        HelpName = "DATE",
    };
    private static readonly Option<bool> NoReadBack = new("--no-read-back")
    {
        Description = "Drop old recipients without a proof that the new ones open the file.",
    };
    private static readonly Option<string?> Slot = new("--slot")
    {
        Description =
            "Which recipient slot to use where the two contradict each other (RecipientsForked): first or second. "
            + "By itself it repairs such files.",
        HelpName = "SLOT",
    };
    private static readonly Option<bool> SharedDataKey = new("--shared-data-key")
    {
        Description = "Add or remove KEKs even if the data key opens other files too.",
    };

    public static Command Create(CancellationToken stop)
    {
        var paths = Options.Paths("Envelopes to rewrap.");
        var command = new Command("rewrap", "Replaces the KEKs of envelopes without touching the data, unless --rotate-data-key is given.")
        {
            paths, NewKek, OldKek, AddKek, RemoveKek, RotateDataKey, RequireRotation, WrappedBefore, Options.AllowedKek, NoReadBack, Slot,
            SharedDataKey,
            Options.NewPassphraseFile, TreeOptions.WhatIf,
        };
        command.WithTrees().WithKeks().WithReport();
        command.SetAction(parsed => Run(parsed, parsed.GetRequiredValue(paths), stop));
        return command;
    }

    private static int Run(ParseResult parsed, string[] paths, CancellationToken stop)
    {
        using var run = new Invocation(parsed, dataOnOutput: false, stop);
        Validate(run, paths);
        using var session = run.OpenSession(forRewrap: true);
        var options = new RewrapOptions
        {
            NewKeks = run.Keks(NewKek),
            OldKeks = run.Keks(OldKek),
            AddKeks = run.Keks(AddKek),
            RemoveKeks = run.Keks(RemoveKek),
            RotateDataKey = run.Flag(RotateDataKey),
            RequireRotation = run.Flag(RequireRotation),
            WrappedBefore = Moment.Parse(run, WrappedBefore),
            NoReadBack = run.Flag(NoReadBack),
            Slot = SlotOf(run.Text(Slot)),
            SharedDataKey = run.Flag(SharedDataKey),
            WhatIf = run.Flag(TreeOptions.WhatIf),
        };
        if (options.AddedAndRemoved is { } both)
        {
            throw new UsageException(
                $"{both} is given to --add-kek and to --remove-kek; to wrap again by the same KEK use --wrapped-before.");
        }
        if (options.NoReadBack)
            run.Report.WithoutHint = EnvelopeError.WouldLockOut;
        var operation = new RewrapOperation(session, options);
        if (options is { WhatIf: true, PreviewLimit: { } limit })
            run.Terminal.Warning(limit);
        var code = new FileRun<FileResult>
        {
            Selection = TreeOptions.Selection(run, destination: null, envelopesOnly: true),
            Batch = new BatchOptions
            {
                ThrottleLimit = RewrapOperation.UsefulWorkers,
                ReadOnly = run.Flag(TreeOptions.WhatIf),
                Prepare = operation.PrepareAsync,
            },
            Work = (item, progress, cancel) => operation.RewrapFileAsync(item.Entry.GivenPlace, cancel, progress),
            Show = result => Show(run.Report, result),
            Aside = ("not rotated", result => result.IsNotRotated),
        }.Go(run, paths);
        foreach (var doubt in operation.NeverMetAsync(run.Stop).AsTask().GetAwaiter().GetResult())
            run.Terminal.Warning(doubt);
        return code;
    }

    private static void Validate(Invocation run, string[] paths)
    {
        var (replaces, names, changes) = (
            run.Many(NewKek).Length > 0, run.Many(OldKek).Length > 0, run.Many(AddKek).Length + run.Many(RemoveKek).Length > 0);
        var (rotates, renews) = (run.Flag(RotateDataKey), run.IsGiven(WrappedBefore));
        if (paths.Contains(Destination.Pipe))
            throw new UsageException("A rewrap changes a file where it stands; a pipe cannot be rewrapped.");
        if (names && !replaces)
            throw new UsageException("--old-kek needs --new-kek; to take a KEK away use --remove-kek.");
        if (replaces && changes)
            throw new UsageException("--new-kek replaces; it does not go with --add-kek or --remove-kek.");
        if (!replaces && !changes && !rotates && !renews && !run.IsGiven(Slot))
        {
            throw new UsageException(
                "Choose what to do: --new-kek, --add-kek, --remove-kek, --rotate-data-key, --wrapped-before or --slot.");
        }
        if (run.Flag(RequireRotation) && !rotates)
            throw new UsageException("--require-rotation needs --rotate-data-key.");
        if (renews && changes && !rotates)
            throw new UsageException("--wrapped-before replaces; it does not go with --add-kek or --remove-kek.");
    }

    private static ForkedSlot? SlotOf(string? text) => text switch
    {
        null => null,
        "first" => ForkedSlot.First,
        "second" => ForkedSlot.Second,
        _ => throw new UsageException($"{Slot.Name} takes first or second, not '{DisplayText.OneLine(text)}'."),
    };

    private static void Show(Report report, FileResult result) => report.Result(
        $"{Report.Word(result),-10} {result.SourcePath}  for {Report.Keks(result.Kek)}{Details(result)}",
        () => Report.Fields(result));

    private static string Details(FileResult result)
    {
        var removed = result.RemovedKek.Count == 0 ? "" : $"  no longer {Report.Keks(result.RemovedKek)}";
        var proof = result.Proof is { } found ? $"  ({found.ToString().ToLowerInvariant()})" : "";
        var reason = result.Reason is { } text ? $"  {text}" : "";
        return removed + proof + reason;
    }
}
