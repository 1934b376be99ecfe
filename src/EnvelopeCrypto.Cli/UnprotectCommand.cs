using System.CommandLine;
using EnvelopeCrypto.Batches;
using EnvelopeCrypto.Files;

namespace EnvelopeCrypto.Cli;

/// <summary><c>envelope unprotect</c>: envelopes or standard input become plaintext.</summary>
internal static class UnprotectCommand
{
    private static readonly Option<bool> RestoreName =
        new("--restore-name") { Description = "Give the output the name that the file had when it was encrypted." };
    private static readonly Option<bool> VerifyFirst = new("--verify-first")
    {
        Description = "Read the file twice, so that nothing reaches a pipe before all of it was authenticated.",
    };

    public static Command Create(CancellationToken stop)
    {
        var paths = Options.SomePaths("Envelopes to decrypt; - is standard input.");
        var command = new Command("unprotect", "Decrypts envelopes: x.sql.evc becomes x.sql.")
        {
            paths, Options.AllowedKek, Options.RequiredContext, Options.Destination, Options.Force, TreeOptions.Update,
            Options.RemoveSource, Options.RequireMount, RestoreName, VerifyFirst, TreeOptions.WhatIf, TextValue.Text,
        };
        command.WithTrees().WithKeks().WithReport();
        command.SetAction(parsed => parsed.GetValue(TextValue.Text)
            ? TextValue.UnprotectAsync(parsed, parsed.GetValue(paths) ?? [], stop)
            : RunAsync(parsed, Options.Required(parsed.GetValue(paths)), stop));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, string[] paths, CancellationToken stop)
    {
        var restoreName = parsed.GetValue(RestoreName);
        var destination = new Destination(paths, parsed.GetValue(Options.Destination), parsed.GetValue(TreeOptions.Recurse));
        if (restoreName && (destination.IsPipe || (!destination.IsFolder && parsed.GetValue(Options.Destination) is not null)))
            throw new UsageException("--restore-name goes with a folder as --destination, or with none.");

        TreeOptions.RequireNoFollowing(parsed);
        destination.RequireFiles(Options.RemoveSource, parsed.GetValue(Options.RemoveSource));
        destination.RequireMount(Options.RequireMount, parsed.GetValue(Options.RequireMount));
        using var run = new Invocation(parsed, dataOnOutput: destination.IsPipe, stop);
        using var session = run.OpenSession();
        var operation = new UnprotectOperation(session, new UnprotectOptions
        {
            RequiredContext = run.ContextOf(Options.RequiredContext),
            Force = run.Flag(Options.Force),
            Update = run.Flag(TreeOptions.Update),
            RemoveSource = run.Flag(Options.RemoveSource),
            RestoreName = restoreName,
            VerifyFirst = run.Flag(VerifyFirst),
            WhatIf = run.Flag(TreeOptions.WhatIf),
        });
        if (destination.IsPipeInput)
        {
            return await run.PipeAsync(
                progress => UnprotectPipeAsync(operation, run, destination, progress), result => Show(run.Report, destination, result));
        }
        // In a tree an envelope is known by what it begins with: under another name than NAME.evc it has its sealed one to go by.
        var bySealedName = run.Flag(TreeOptions.Recurse) && !destination.IsFile;
        Func<string, string> rename = restoreName ? path => path : bySealedName ? EnvelopeName.ForPlaintextOrSealed : EnvelopeName.ForPlaintext;
        return new FileRun<FileResult>
        {
            Selection = TreeOptions.Selection(run, destination.Folder, envelopesOnly: true),
            Batch = new BatchOptions
            {
                OutputFor = destination.IsPipe ? null : entry => destination.For(entry, rename),
                ReadOnly = run.Flag(TreeOptions.WhatIf),
                FolderMode = RestoredFolders.Mode,
                RemovesSources = run.Flag(Options.RemoveSource),
            },
            Passes = run.Flag(Options.RemoveSource) || (destination.IsPipe && run.Flag(VerifyFirst)) ? 2 : 1,
            Work = (item, progress, cancel) => item.Target is { } output
                ? operation.UnprotectFileAsync(
                    item.Entry.GivenPlace,
                    output,
                    progress,
                    cancel,
                    path => item.Claim(item.Entry, path),
                    bySealedName && !EnvelopeName.TellsPlaintext(item.Entry.Path))
                : operation.UnprotectFileToStreamAsync(item.Entry.GivenPlace, new PipeOutput(), progress, cancel),
            Show = result => Show(run.Report, destination, result),
        }.Go(run, paths);
    }

    private static Task<FileResult> UnprotectPipeAsync(
        UnprotectOperation operation, Invocation run, Destination destination, Action<int>? progress) =>
        destination.IsPipe
        ? operation.UnprotectStreamAsync(run.OpenInput(), new PipeOutput(), progress, run.Stop)
        : operation.UnprotectStreamToFileAsync(run.OpenInput(), destination.File, progress, run.Stop);

    private static void Show(Report report, Destination destination, FileResult result) => report.Result(
        $"{Report.Word(result),-12} {destination.Shown(result)}{(result.Length is { } length ? "  " + ByteSize.Format(length) : "")}{(result.OpenedBy is { } kek ? $"  opened by {Report.Keks([kek])}" : "")}{(result.SourceRemoved ? "  source removed" : "")}",
        () => Report.Fields(result));
}
