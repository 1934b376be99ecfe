using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using EnvelopeCrypto.Batches;
using EnvelopeCrypto.Files;
using EnvelopeCrypto.Format;

namespace EnvelopeCrypto.Cli;

/// <summary><c>envelope inspect</c>: what a header says, read without a key.</summary>
internal static class InspectCommand
{
    public static Command Create(CancellationToken stop)
    {
        var paths = Options.Paths("Envelopes to look at; - is standard input.");
        var command = new Command("inspect", "Shows what an envelope's header says, such as its KEKs; needs no key.") { paths };
        command.WithTrees().WithReport();
        command.SetAction(parsed => RunAsync(parsed, parsed.GetRequiredValue(paths), stop));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, string[] paths, CancellationToken stop)
    {
        var isPipe = new Destination(paths, given: null, recurse: false).IsPipeInput;
        using var run = new Invocation(parsed, dataOnOutput: false, stop);
        if (isPipe)
        {
            return await run.PipeAsync(
                _ => Task.FromResult(InspectOperation.InspectStream(run.OpenInput())), info => Show(run.Report, info));
        }
        return new FileRun<EnvelopeInfo>
        {
            Selection = TreeOptions.Selection(run, destination: null, envelopesOnly: true),
            Batch = new BatchOptions { ReadOnly = true },
            Work = (item, _, cancel) => InspectOperation.InspectFileAsync(item.Entry.GivenPlace, cancel),
            Show = info => Show(run.Report, info),
        }.Go(run, paths);
    }

    private static void Show(Report report, EnvelopeInfo info) => report.Result(Lines(info), () => Json(info));

    private static List<string> Lines(EnvelopeInfo info)
    {
        List<string> lines = [Report.NameOf(info.SourcePath)];
        Line("Holds", info.Type == EnvelopeType.File ? "a file" : "an exported KEK");
        Line("Length", Length(info));
        Line("Encrypted", Time(info.Encrypted));
        Line("Context", info.Context.Count == 0 ? "none" : info.Context.ToString());
        if (info.Batch is not null)
            Line("Data key", $"shared with other files (batch {info.Batch})");
        var label = "Recipients";
        foreach (var recipient in info.Recipients.Concat(info.OtherRecipients))
        {
            var wrapped = recipient.IsKnown ? $"wrapped {Time(DateTimeOffset.FromUnixTimeSeconds(recipient.IssuedAt))}" : "";
            var where = info.OtherRecipients.Contains(recipient) ? "  in the other slot" : "";
            // Of a public key one wants to know; that AES stands up to a quantum computer goes without saying.
            var closed = recipient.Algorithm switch
            {
                RecipientAlgorithm.XWing => "  post-quantum",
                RecipientAlgorithm.Rsa or RecipientAlgorithm.AwsKmsRsa => "  not post-quantum",
                _ => "",
            };
            Line(label, $"{(recipient.IsKnown ? recipient.Kid : recipient.Kek)}  {wrapped}{closed}{where}");
            label = "";
        }
        var slots = info.SlotCount == 2 ? "two slots: rewraps in place" : "one slot";
        Line("Header", $"{info.HeaderLength} bytes, {slots}, generation {info.Generation}");
        if (info.Reason is not null)
            Line("Slots", $"{info.Reason} Rewrap again to finish it. [{info.Error}]");
        return lines;

        void Line(string label, string value) => lines.Add($"  {label.PadRight(12)}{value}".TrimEnd());
    }

    private static string Length(EnvelopeInfo info)
    {
        if (info.Length is not { } length)
            return info.EnvelopeLength is null ? "unknown, from a pipe" : "unknown: the file is cut off";
        var bytes = string.Create(CultureInfo.InvariantCulture, $"{length:N0} bytes");
        return length < 1024 ? bytes : $"{ByteSize.Format(length)} ({bytes})";
    }

    private static JsonObject Json(EnvelopeInfo info) => new()
    {
        ["source"] = info.SourcePath,
        ["type"] = info.Type.ToString(),
        ["length"] = info.Length,
        ["envelopeLength"] = info.EnvelopeLength,
        ["headerLength"] = info.HeaderLength,
        ["encrypted"] = Time(info.Encrypted),
        ["context"] = new JsonObject(info.Context.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value))),
        ["kek"] = Report.List(info.Kek),
        ["recipients"] = new JsonArray([.. info.Recipients.Concat(info.OtherRecipients).Select(recipient => (JsonNode)new JsonObject
        {
            ["kek"] = recipient.Kek,
            ["kid"] = recipient.Kid,
            ["algorithm"] = recipient.Algorithm,
            ["postQuantum"] = recipient.IsPostQuantum,
            ["wrapped"] = recipient.IsKnown ? Time(DateTimeOffset.FromUnixTimeSeconds(recipient.IssuedAt)) : null,
            ["otherSlot"] = info.OtherRecipients.Contains(recipient),
        })]),
        ["postQuantum"] = info.PostQuantum,
        ["batch"] = info.Batch,
        ["slots"] = info.SlotCount,
        ["generation"] = info.Generation,
        ["slotsAgree"] = info.SlotsAgree,
        ["error"] = info.Error?.ToString(),
        ["reason"] = info.Reason,
        ["hasMetadata"] = info.HasMetadata,
    };

    private static string Time(DateTimeOffset time) => time.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
}
