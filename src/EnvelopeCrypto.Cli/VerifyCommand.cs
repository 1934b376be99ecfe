using System.CommandLine;
using System.Text.Json.Nodes;
using EnvelopeCrypto.Batches;
using EnvelopeCrypto.Files;

namespace EnvelopeCrypto.Cli;

/// <summary><c>envelope verify</c>: proves that envelopes decrypt, and writes nothing.</summary>
internal static class VerifyCommand
{
    private static readonly Option<bool> HeaderOnly = new("--header-only")
    {
        Description = "Only prove that a KEK opens the file; do not read its data.",
    };

    private static readonly Option<string[]> OnlyKek = Options.Many(
        "--only-kek",
        "The only KEKs that may open the envelope, or a pattern with *; may be repeated. An envelope with any other is not valid.",
        "REFERENCE");

    private static readonly Option<bool> OnlyPostQuantum = new("--only-post-quantum")
    {
        Description = "Every recipient must resist a quantum computer; an envelope that RSA opens too is not valid.",
    };

    public static Command Create(CancellationToken stop)
    {
        var paths = Options.Paths("Envelopes to verify; - is standard input.");
        var command = new Command("verify", "Proves that envelopes decrypt, writing nothing.")
        {
            paths, HeaderOnly, OnlyKek, OnlyPostQuantum, Options.AllowedKek, Options.RequiredContext,
        };
        command.WithTrees().WithKeks().WithReport();
        command.SetAction(parsed => RunAsync(parsed, parsed.GetRequiredValue(paths), stop));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, string[] paths, CancellationToken stop)
    {
        var isPipe = new Destination(paths, given: null, recurse: false).IsPipeInput;
        using var run = new Invocation(parsed, dataOnOutput: false, stop);
        using var session = run.OpenSession();
        var operation = new VerifyOperation(session, new VerifyOptions
        {
            HeaderOnly = run.Flag(HeaderOnly),
            OnlyKeks = run.Many(OnlyKek),
            OnlyPostQuantum = run.Flag(OnlyPostQuantum),
            RequiredContext = run.ContextOf(Options.RequiredContext),
        });
        if (isPipe)
        {
            return await run.PipeAsync(
                progress => operation.VerifyStreamAsync(run.OpenInput(), progress, run.Stop), result => Show(run.Report, result));
        }
        return new FileRun<VerifyResult>
        {
            Selection = TreeOptions.Selection(run, destination: null, envelopesOnly: true),
            Batch = new BatchOptions { ReadOnly = true, Prepare = operation.PrepareAsync },
            IsBad = result => !result.Valid,
            Work = (item, progress, cancel) => operation.VerifyFileAsync(item.Entry.GivenPlace, progress, cancel),
            Show = result => Show(run.Report, result),
        }.Go(run, paths);
    }

    private static void Show(Report report, VerifyResult result)
    {
        if (result.Valid)
        {
            var length = result.Length is { } bytes ? ByteSize.Format(bytes) : "header only";
            report.Result($"Valid  {Report.NameOf(result.SourcePath)}  {length}  opened by {Report.Keks([result.OpenedBy!])}", () => Json(result));
        }
        else
        {
            report.Failure(result.Error!.Value, result.SourcePath, result.Reason!, () => Json(result));
        }
    }

    private static JsonObject Json(VerifyResult result) => new()
    {
        ["valid"] = result.Valid,
        ["source"] = result.SourcePath,
        ["length"] = result.Length,
        ["kek"] = Report.List(result.Kek),
        ["postQuantum"] = result.PostQuantum,
        ["openedBy"] = result.OpenedBy,
        ["error"] = result.Error?.ToString(),
        ["reason"] = result.Reason,
    };
}
