using System.CommandLine;
using EnvelopeCrypto.Batches;
using EnvelopeCrypto.Files;
using EnvelopeCrypto.Keys;

namespace EnvelopeCrypto.Cli;

/// <summary><c>envelope protect</c>: files or standard input become envelopes.</summary>
internal static class ProtectCommand
{
    private static readonly Option<bool> AllowNested = new("--allow-nested")
    {
        Description = "Encrypt envelopes again instead of skipping them.",
    };
    private static readonly Option<bool> NoMetadata = new("--no-metadata")
    {
        Description = "Do not store the file's name, length, time and mode in the envelope.",
    };

    private static readonly Option<long?> FilesPerDataKey = Options.Number(
        "--files-per-data-key",
        "How many files share a data key, so that a key service is asked once for them: who can open one of them can open them all. "
        + "Default: 1.",
        "N",
        min: 1,
        max: ProtectOptions.MaxFilesPerDataKey);

    public static Command Create(CancellationToken stop)
    {
        var paths = Options.SomePaths("Files to encrypt; - is standard input.");
        var command = new Command("protect", "Encrypts files: x.sql becomes x.sql.evc.")
        {
            paths, Options.Kek, Options.Context, Options.Destination, Options.Force, TreeOptions.Update, Options.RemoveSource,
            Options.RequireMount, AllowNested,
            NoMetadata, FilesPerDataKey, TreeOptions.WhatIf, TextValue.Text,
        };
        command.WithTrees().WithKeks().WithReport();
        command.SetAction(parsed => parsed.GetValue(TextValue.Text)
            ? TextValue.ProtectAsync(parsed, parsed.GetValue(paths) ?? [], stop)
            : RunAsync(parsed, Options.Required(parsed.GetValue(paths)), stop));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, string[] paths, CancellationToken stop)
    {
        var destination = new Destination(paths, parsed.GetValue(Options.Destination), parsed.GetValue(TreeOptions.Recurse));
        if (destination.IsPipe && !Console.IsOutputRedirected)
            throw new UsageException("An envelope is not text for a terminal: give --destination, or a pipe.");

        TreeOptions.RequireNoFollowing(parsed);
        destination.RequireFiles(Options.RemoveSource, parsed.GetValue(Options.RemoveSource));
        destination.RequireMount(Options.RequireMount, parsed.GetValue(Options.RequireMount));
        using var run = new Invocation(parsed, dataOnOutput: destination.IsPipe, stop);
        using var session = run.OpenSession();
        var operation = new ProtectOperation(session, new ProtectOptions
        {
            Keks = KekDefaults.ToEncrypt(run.Many(Options.Kek), Terminal.PersonIsThere),
            Context = run.ContextOf(Options.Context),
            Force = run.Flag(Options.Force),
            Update = run.Flag(TreeOptions.Update),
            RemoveSource = run.Flag(Options.RemoveSource),
            AllowNested = run.Flag(AllowNested),
            NoMetadata = run.Flag(NoMetadata),
            FilesPerDataKey = run.Number(FilesPerDataKey) ?? 1,
            WhatIf = run.Flag(TreeOptions.WhatIf),
        });
        if (destination.IsPipeInput)
        {
            return await run.PipeAsync(
                progress => ProtectPipeAsync(operation, run, destination, progress), result => Show(run.Report, destination, result));
        }
        var others = 0L;
        var code = new FileRun<FileResult>
        {
            Selection = TreeOptions.Selection(run, destination.Folder, envelopesOnly: false, takesEnvelopes: run.Flag(AllowNested)),
            Batch = new BatchOptions
            {
                OutputFor = destination.IsPipe ? null : entry => destination.For(entry, EnvelopeName.ForEnvelope),
                ReadOnly = run.Flag(TreeOptions.WhatIf),
                Prepare = operation.PrepareAsync,
            },
            Passes = run.Flag(Options.RemoveSource) ? 2 : 1,
            Work = (item, progress, cancel) => item.Target is { } output
                ? operation.ProtectFileAsync(item.Entry.GivenPlace, output, progress, cancel)
                : operation.ProtectFileToStreamAsync(item.Entry.GivenPlace, new PipeOutput(), progress, cancel),
            Show = result =>
            {
                others += result.OtherKeks ? 1 : 0;
                Show(run.Report, destination, result);
            },
        }.Go(run, paths);
        if (others > 0)
        {
            run.Terminal.Warning(
                $"{others} {(others == 1 ? "envelope" : "envelopes")} left alone have other KEKs than those of this run (--json gives the "
                + "reason of each). `envelope rewrap --add-kek` (Update-EnvelopeKek -AddKek) adds one that is missing, --remove-kek takes one away.");
        }
        return code;
    }

    private static Task<FileResult> ProtectPipeAsync(
        ProtectOperation operation, Invocation run, Destination destination, Action<int>? progress) =>
        destination.IsPipe
        ? operation.ProtectStreamAsync(run.OpenInput(), new PipeOutput(), progress, run.Stop)
        : operation.ProtectStreamToFileAsync(run.OpenInput(), destination.File, progress, run.Stop);

    private static void Show(Report report, Destination destination, FileResult result) => report.Result(
        result.Status == FileOutcome.Skipped
            ? $"Skipped    {result.SourcePath}: {result.Reason}"
            : $"{Report.Word(result),-10} {destination.Shown(result)}  {ByteSize.Format(result.Length ?? 0)}{(result.Kek.Count > 0 ? $"  for {Report.Keks(result.Kek)}" : "")}{(result.OtherKeks ? $"  ({result.Reason})" : "")}{(result.SourceRemoved ? "  source removed" : "")}",
        () => Report.Fields(result));
}
