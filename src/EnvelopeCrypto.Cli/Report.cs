using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace EnvelopeCrypto.Cli;

/// <summary>Shows results, as lines for people or, with --json, as one JSON object a line; and errors, always on standard error.</summary>
internal sealed class Report(bool json, bool quiet, TextWriter output, TextWriter error)
{
    // File names are readable, not \u escapes; what JSON itself needs is still escaped.
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public bool IsQuiet => quiet || json;

    public bool AnyFailed { get; private set; }

    public void Result(string line, Func<JsonObject> fields)
    {
        if (json)
            output.WriteLine(fields().ToJsonString(Readable));
        else if (!quiet)
            output.WriteLine(line);
    }

    /// <param name="failure">What went wrong.</param>
    /// <param name="source">The input that was worked on; the failure may be about another file, such as its output.</param>
    public void Failure(EnvelopeException failure, string source) =>
        Failure(failure.Error, failure.Path ?? source, failure.Reason, () => new JsonObject
        {
            ["status"] = "Failed",
            ["source"] = source,
            ["path"] = failure.Path,
            ["error"] = failure.Error.ToString(),
            ["reason"] = failure.Reason,
        });

    public void Failure(EnvelopeError id, string path, string reason, Func<JsonObject> fields)
    {
        AnyFailed = true;
        error.WriteLine($"envelope: {NameOf(path)}: {reason} [{id}]");
        if (json)
            output.WriteLine(fields().ToJsonString(Readable));
    }

    /// <summary>Nothing went wrong, but what was wanted was not done.</summary>
    public void MarkFailed() => AnyFailed = true;

    /// <summary>A file's name as people can read it, in one line.</summary>
    public static string NameOf(string path) => path == Destination.Pipe ? "standard input" : DisplayText.OneLine(path);

    public static JsonArray List(IEnumerable<string> items) => [.. items.Select(item => (JsonNode?)item)];
}
