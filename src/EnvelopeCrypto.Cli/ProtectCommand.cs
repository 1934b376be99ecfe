using System.CommandLine;
using System.Text.Json.Nodes;
using EnvelopeCrypto.Files;
using EnvelopeCrypto.Keys;

namespace EnvelopeCrypto.Cli;

/// <summary><c>envelope protect</c>: files or standard input become envelopes.</summary>
internal static class ProtectCommand
{
    private static readonly Option<bool> AllowNested = new("--allow-nested") { Description = "Encrypt envelopes once more instead of skipping them." };
    private static readonly Option<bool> NoMetadata = new("--no-metadata") { Description = "Seal no name, length, time and mode with the file." };

    public static Command Create(CancellationToken stop)
    {
        var paths = Options.Paths("Files to encrypt; - is standard input.");
        var command = new Command("protect", "Encrypts files: x.sql becomes x.sql.evc.") { paths, Options.Kek, Options.Context, Options.Destination, Options.Force, AllowNested, NoMetadata };
        command.WithKeks().WithReport();
        command.SetAction(parsed => RunAsync(parsed, parsed.GetRequiredValue(paths), stop));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, string[] sources, CancellationToken stop)
    {
        var destination = parsed.GetValue(Options.Destination);
        Destination.Require(sources, destination);
        var toPipe = Array.Exists(sources, source => Destination.For(source, destination, name => name) == Destination.Pipe);
        if (toPipe && !Console.IsOutputRedirected)
            throw new UsageException("An envelope is no text for a terminal: give --destination, or a pipe.");

        using var run = new Invocation(parsed, dataOnOutput: toPipe, stop);
        using var session = run.OpenSession();
        var operation = new ProtectOperation(session, new ProtectOptions
        {
            Keks = KekDefaults.ToEncrypt(run.Many(Options.Kek), Terminal.PersonIsThere),
            Context = run.ContextOf(Options.Context),
            Force = run.Flag(Options.Force),
            AllowNested = run.Flag(AllowNested),
            NoMetadata = run.Flag(NoMetadata),
        });
        return await run.ForEachAsync(
            sources,
            (source, progress) => ProtectAsync(operation, run, source, Destination.For(source, destination, Destination.EnvelopeFor), progress),
            result => Show(run.Report, result));
    }

    private static async Task<FileResult> ProtectAsync(ProtectOperation operation, Invocation run, string source, string destination, Action<int>? progress)
    {
        if (source != Destination.Pipe)
        {
            return destination == Destination.Pipe
                ? await operation.ProtectFileToStreamAsync(source, new PipeOutput(), progress, run.Stop)
                : await operation.ProtectFileAsync(source, destination, progress, run.Stop);
        }
        return destination == Destination.Pipe
            ? await operation.ProtectStreamAsync(run.OpenInput(), new PipeOutput(), progress, run.Stop)
            : await operation.ProtectStreamToFileAsync(run.OpenInput(), destination, progress, run.Stop);
    }

    private static void Show(Report report, FileResult result) => report.Result(
        result.Status == FileOutcome.Skipped
            ? $"Skipped    {DisplayText.OneLine(result.SourcePath)}: {result.Reason}"
            : $"Protected  {DisplayText.OneLine(result.FullName ?? "(standard output)")}  {ByteSize.Format(result.Length ?? 0)}  for {string.Join("; ", result.Kek)}",
        () => new JsonObject
        {
            ["status"] = result.Status.ToString(),
            ["source"] = result.SourcePath,
            ["fullName"] = result.FullName,
            ["length"] = result.Length,
            ["kek"] = Report.List(result.Kek),
            ["reason"] = result.Reason,
        });
}
