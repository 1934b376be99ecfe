using System.CommandLine;
using System.Text.Json.Nodes;
using EnvelopeCrypto.Files;

namespace EnvelopeCrypto.Cli;

/// <summary><c>envelope unprotect</c>: envelopes or standard input become plaintext.</summary>
internal static class UnprotectCommand
{
    private static readonly Option<bool> RestoreName = new("--restore-name") { Description = "Give the output its sealed name." };
    private static readonly Option<bool> VerifyFirst = new("--verify-first") { Description = "Read a file twice, so that nothing goes to a pipe before all of it was proven." };

    public static Command Create(CancellationToken stop)
    {
        var paths = Options.Paths("Envelopes to decrypt; - is standard input.");
        var command = new Command("unprotect", "Decrypts envelopes: x.sql.evc becomes x.sql.") { paths, Options.AllowedKek, Options.RequiredContext, Options.Destination, Options.Force, RestoreName, VerifyFirst };
        command.WithKeks().WithReport();
        command.SetAction(parsed => RunAsync(parsed, parsed.GetRequiredValue(paths), stop));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, string[] sources, CancellationToken stop)
    {
        var destination = parsed.GetValue(Options.Destination);
        var restoreName = parsed.GetValue(RestoreName);
        Destination.Require(sources, destination);
        var toPipe = Array.Exists(sources, source => Destination.For(source, destination, name => name) == Destination.Pipe);
        if (restoreName && (toPipe || (destination is not null && !Destination.IsFolder(destination))))
            throw new UsageException("--restore-name goes with a folder as --destination, or with none.");

        using var run = new Invocation(parsed, dataOnOutput: toPipe, stop);
        using var session = run.OpenSession();
        var operation = new UnprotectOperation(session, new UnprotectOptions
        {
            RequiredContext = run.ContextOf(Options.RequiredContext),
            Force = run.Flag(Options.Force),
            RestoreName = restoreName,
            VerifyFirst = run.Flag(VerifyFirst),
        });
        Func<string, string> nameFor = restoreName ? name => name : Destination.PlaintextFor;
        return await run.ForEachAsync(
            sources,
            (source, progress) => UnprotectAsync(operation, run, source, Destination.For(source, destination, nameFor), progress),
            result => Show(run.Report, result));
    }

    private static async Task<FileResult> UnprotectAsync(UnprotectOperation operation, Invocation run, string source, string destination, Action<int>? progress)
    {
        if (source != Destination.Pipe)
        {
            return destination == Destination.Pipe
                ? await operation.UnprotectFileToStreamAsync(source, new PipeOutput(), progress, run.Stop)
                : await operation.UnprotectFileAsync(source, destination, progress, run.Stop);
        }
        return destination == Destination.Pipe
            ? await operation.UnprotectStreamAsync(run.OpenInput(), new PipeOutput(), progress, run.Stop)
            : await operation.UnprotectStreamToFileAsync(run.OpenInput(), destination, progress, run.Stop);
    }

    private static void Show(Report report, FileResult result) => report.Result(
        $"Unprotected  {DisplayText.OneLine(result.FullName ?? "(standard output)")}  {ByteSize.Format(result.Length ?? 0)}  opened by {result.OpenedBy}",
        () => new JsonObject
        {
            ["status"] = result.Status.ToString(),
            ["source"] = result.SourcePath,
            ["fullName"] = result.FullName,
            ["length"] = result.Length,
            ["kek"] = Report.List(result.Kek),
            ["openedBy"] = result.OpenedBy,
        });
}
