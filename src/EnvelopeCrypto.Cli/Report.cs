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

    public void Failure(EnvelopeException failure)
    {
        AnyFailed = true;
        error.WriteLine($"envelope: {failure.Message} [{failure.Error}]");
        if (json)
            output.WriteLine(new JsonObject { ["status"] = "Failed", ["path"] = failure.Path, ["error"] = failure.Error.ToString(), ["reason"] = failure.Reason }.ToJsonString(Readable));
    }

    /// <summary>Something is as it should not be, though nothing went wrong here: a file that does not verify.</summary>
    public void MarkFailed() => AnyFailed = true;

    public static JsonArray List(IEnumerable<string> items) => [.. items.Select(item => (JsonNode?)item)];
}
