using System.Text.Json;
using System.Text.Json.Nodes;
using EnvelopeCrypto.KmsServer.Keys;
using EnvelopeCrypto.KmsServer.Operations;
using Microsoft.AspNetCore.Http;

namespace EnvelopeCrypto.KmsServer.Http;

/// <summary>KMS: the operation stands in X-Amz-Target, its members in the body.</summary>
internal sealed class KmsEndpoint(KeyStore store, SemaphoreSlim gate, Authentication authentication, CallPipeline pipeline)
{
    private const string TargetPrefix = "TrentService.";

    private readonly KmsOperations _operations = new(store);
    private readonly JsonFormat _format = new();

    /// <summary>False when the request is for another service.</summary>
    public static bool IsFor(HttpRequest http) => Target(http).StartsWith(TargetPrefix, StringComparison.Ordinal);

    public Task AnswerAsync(HttpContext http, byte[] body)
    {
        var name = Target(http.Request)[TargetPrefix.Length..];
        return pipeline.AnswerAsync(http, name, _format, record => Begin(http.Request, name, body, record));
    }

    private Func<Task<JsonObject>> Begin(HttpRequest http, string name, byte[] body, CallRecord record)
    {
        var (caller, region) = authentication.Require(http, body, "kms");
        record.Caller = caller.Arn;
        record.Region = region;
        var operation = _operations.Find(name) ?? throw new KmsFailure("UnknownOperationException", text: null);
        var request = new KmsRequest(name, caller, region, Members(body), record);
        return () => RunAsync(operation, request, http.HttpContext.RequestAborted);
    }

    private async Task<JsonObject> RunAsync(KmsOperation operation, KmsRequest request, CancellationToken aborted)
    {
        // One at a time: keys change under administration, and no operation takes long. Who waits holds no thread meanwhile.
        await gate.WaitAsync(aborted);
        try
        {
            return operation(request);
        }
        catch (Exception e) when (e is InvalidOperationException or FormatException or NullReferenceException)
        {
            throw new KmsFailure("SerializationException", $"A member of the request has a wrong type: {e.Message}");
        }
        finally
        {
            gate.Release();
        }
    }

    private static string Target(HttpRequest http) => http.Headers["x-amz-target"].ToString();

    private static JsonObject Members(byte[] body)
    {
        try
        {
            return JsonNode.Parse(body) as JsonObject ?? throw new KmsFailure("SerializationException", "The body is not an object.");
        }
        catch (JsonException)
        {
            throw new KmsFailure("SerializationException", "The body is not JSON.");
        }
    }
}
