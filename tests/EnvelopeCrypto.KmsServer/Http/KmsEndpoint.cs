using System.Text.Json;
using System.Text.Json.Nodes;
using EnvelopeCrypto.KmsServer.Faults;
using EnvelopeCrypto.KmsServer.Keys;
using EnvelopeCrypto.KmsServer.Operations;
using Microsoft.AspNetCore.Http;

namespace EnvelopeCrypto.KmsServer.Http;

/// <summary>KMS's JSON 1.1 protocol: the operation stands in X-Amz-Target, the members in the body.</summary>
internal sealed class KmsEndpoint(KeyStore store, object gate, Authentication authentication, FaultPlan faults, CallLog calls)
{
    public const string TargetPrefix = "TrentService.";

    private readonly KmsOperations _operations = new(store);

    public async Task AnswerAsync(HttpContext http, string target, byte[] body)
    {
        var name = target[TargetPrefix.Length..];
        var record = new CallRecord { Operation = name };
        calls.Add(record);
        var fault = faults.Take(name);
        try
        {
            if (fault is not null)
                await fault.BeforeAsync(http.RequestAborted);
            var answer = Run(http.Request, name, body, record);
            fault?.Change(answer);
            if (fault?.CutOff ?? false)
            {
                record.Error = "CutOff";
                await Answer.CutOffAsync(http, answer.ToJsonString());
                return;
            }
            await Answer.JsonAsync(http, 200, answer.ToJsonString());
        }
        catch (KmsFailure failure)
        {
            record.Error = failure.Type;
            var error = new JsonObject { ["__type"] = failure.Type };
            if (failure.Text is not null)
                error["message"] = failure.Text;
            await Answer.JsonAsync(http, failure.Status, error.ToJsonString());
        }
    }

    private JsonObject Run(HttpRequest http, string name, byte[] body, CallRecord record)
    {
        var (caller, region) = authentication.Require(http, body, "kms");
        record.Caller = caller.Arn;
        record.Region = region;
        var operation = _operations.Find(name) ?? throw new KmsFailure("UnknownOperationException", text: null);
        var request = new KmsRequest(name, caller, region, Members(body), record);
        try
        {
            // One at a time: keys change under administration, and no operation takes long.
            lock (gate)
                return operation(request);
        }
        catch (Exception e) when (e is InvalidOperationException or FormatException or NullReferenceException)
        {
            throw new KmsFailure("SerializationException", $"A member of the request has a wrong type: {e.Message}");
        }
    }

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
