using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace EnvelopeCrypto.KmsServer.Http;

/// <summary>REST with JSON, which IAM Identity Center speaks: the error's type stands in a header.</summary>
internal sealed class RestJsonFormat : IWireFormat
{
    public string ContentType => "application/json";

    public string Success(string operation, JsonObject answer) => answer.ToJsonString();

    public string Failure(HttpResponse response, KmsFailure failure)
    {
        response.StatusCode = failure.Status;
        response.Headers["x-amzn-ErrorType"] = failure.Type;
        // The token endpoint gives its reason in the words of OAuth 2.0 (RFC 6749, section 5.2).
        return new JsonObject { ["message"] = failure.Text, ["error"] = "invalid_grant", ["error_description"] = failure.Text }.ToJsonString();
    }
}
