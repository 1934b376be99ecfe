using System.CommandLine;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using EnvelopeCrypto.Files;
using EnvelopeCrypto.Keys;

namespace EnvelopeCrypto.Cli;

/// <summary>Shows results, as lines for people or, with --json, as one JSON object a line; and errors, always on standard error.</summary>
internal sealed class Report(Command command, bool json, bool quiet, Action<string> output)
{
    private bool _isMute;

    // File names are readable, not \u escapes; what JSON itself needs is still escaped.
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The command's name: protect.</summary>
    public string CommandName => command.Name;

    public bool IsQuiet => quiet || json;

    /// <summary>An error whose way out was taken already.</summary>
    public EnvelopeError? WithoutHint { get; set; }

    public bool AnyFailed { get; private set; }

    public void Result(string line, Func<JsonObject> fields) => Result([line], fields);

    /// <summary>A result of several lines. Whatever is in them, they stay so many, and send a terminal no commands.</summary>
    public void Result(IEnumerable<string> lines, Func<JsonObject> fields)
    {
        if (json)
            Write(fields().ToJsonString(Readable));
        else if (!quiet)
            Write(string.Join(Environment.NewLine, lines.Select(DisplayText.OneLine)));
    }

    /// <param name="failure">What went wrong.</param>
    /// <param name="source">The input that was worked on; the failure may be about another file, such as its output.</param>
    /// <param name="shown">The name of the file that it is about, for people; null: as the failure has it.</param>
    public void Failure(EnvelopeException failure, string source, string? shown = null) =>
        Failure(failure.Error, shown ?? failure.Path ?? source, failure.Reason, isOfSource: failure.Path == source, failure.Algorithms, () => new JsonObject
        {
            ["status"] = "Failed",
            ["source"] = source,
            ["path"] = failure.Path,
            ["error"] = failure.Error.ToString(),
            ["reason"] = failure.Reason,
        });

    public void Failure(EnvelopeError id, string path, string reason, Func<JsonObject> fields) =>
        Failure(id, path, reason, isOfSource: false, algorithms: [], fields);

    private void Failure(
        EnvelopeError id, string path, string reason, bool isOfSource, IReadOnlyList<string> algorithms, Func<JsonObject> fields)
    {
        AnyFailed = true;
        // No other output helps where the input's own name is too long.
        var hint = id == WithoutHint || (isOfSource && id == EnvelopeError.NameTooLong) ? "" : Hint.For(id, command, algorithms);
        var about = $"{NameOf(path)}: ";
        if (reason.StartsWith(about, StringComparison.Ordinal))
            about = ""; // a KEK's reason begins with its reference
        ErrorOutput.WriteLine(DisplayText.OneLine($"envelope: {about}{reason}{hint} [{id}]"));
        if (json)
            Write(fields().ToJsonString(Readable));
    }

    /// <summary>A path that was not meant.</summary>
    public void LeftOut(string path, string why) => Result(
        $"Left out   {path}: {why}",
        () => new JsonObject { ["status"] = "LeftOut", ["source"] = path, ["reason"] = why });

    /// <summary>Files that no KEK was left to open: one line for all of them.</summary>
    public void NotTried(EnvelopeException failure, IReadOnlyList<string> paths)
    {
        AnyFailed = true;
        ErrorOutput.WriteLine(DisplayText.OneLine($"envelope: {failure.Reason} The first is {paths[0]} [{failure.Error}]"));
        foreach (var path in json ? paths : [])
            Write(new JsonObject { ["status"] = "Failed", ["source"] = path, ["error"] = EnvelopeError.NotTried.ToString() }.ToJsonString(Readable));
    }

    /// <summary>What is to be known of a run that went well.</summary>
    public void Note(string text)
    {
        if (!json && !quiet)
            Write(DisplayText.OneLine(text));
    }

    /// <summary>How a run over several files went.</summary>
    public void Summary(long done, long unchanged, long failed, long leftOut, long aside = 0, string? word = null, bool whatIf = false)
    {
        if (json || quiet)
            return;
        var counted = aside == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $" ({aside:N0} {word})");
        var same = unchanged == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $", {unchanged:N0} unchanged");
        var verb = whatIf ? "would be done" : "done";
        Write(string.Create(CultureInfo.InvariantCulture, $"{done:N0} {verb}{same}{counted}, {failed:N0} failed, {leftOut:N0} left out"));
    }

    /// <summary>Nothing went wrong, but what was wanted was not done.</summary>
    public void MarkFailed() => AnyFailed = true;

    /// <summary>A file's name as people can read it, in one line.</summary>
    public static string NameOf(string path) => path == Destination.Pipe ? "standard input" : DisplayText.OneLine(path);

    // The work is worth more than the list of what it did: it goes on, and the exit code says that the list is not whole.
    private void Write(string line)
    {
        if (_isMute)
            return;
        try
        {
            output(line);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            (_isMute, AnyFailed) = (true, true);
            ErrorOutput.WriteLine(
                $"envelope: standard output cannot be written ({DisplayText.OneLine(failure.Message).TrimEnd('.')}); the work goes on, "
                + $"and no more results are shown. [{EnvelopeError.OutputFailed}]");
        }
    }

    /// <summary>What became of a file, or would.</summary>
    public static string Word(FileResult result) =>
        result.WhatIf && (result.Status != FileOutcome.Unchanged || (result.Reason is not null && !result.OtherKeks))
        ? result.Status switch
        {
            FileOutcome.Unchanged => "Not known",
            FileOutcome.Protected => result.Replaces ? "Would replace" : "Would protect",
            FileOutcome.Unprotected => result.Replaces ? "Would replace" : "Would unprotect",
            _ => "Would rewrap",
        }
        : result.Status.ToString();

    /// <summary>KEKs in a line for people; JSON, <c>inspect</c> and <c>kek list</c> have hashes whole.</summary>
    public static string Keks(IEnumerable<string> keks) => string.Join("; ", keks.Select(kek => new KekIdentity(kek).Brief));

    /// <summary>A result as JSON; what an operation does not know is null.</summary>
    public static JsonObject Fields(FileResult result) => new()
    {
        ["status"] = result.Status.ToString(),
        ["whatIf"] = result.WhatIf,
        ["source"] = result.SourcePath,
        ["fullName"] = result.FullName,
        ["length"] = result.Length,
        ["kek"] = List(result.Kek),
        ["postQuantum"] = result.PostQuantum,
        ["openedBy"] = result.OpenedBy,
        ["removedKek"] = List(result.RemovedKek),
        ["method"] = result.Method?.ToString(),
        ["proof"] = result.Proof?.ToString(),
        ["sharedDataKey"] = result.SharedDataKey,
        ["sourceRemoved"] = result.SourceRemoved,
        ["reason"] = result.Reason,
    };

    public static JsonArray List(IEnumerable<string> items) => [.. items.Select(item => (JsonNode?)item)];
}
