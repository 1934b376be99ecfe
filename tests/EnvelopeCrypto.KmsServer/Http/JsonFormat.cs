using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace EnvelopeCrypto.KmsServer.Http;

/// <summary>JSON 1.1, which KMS speaks.</summary>
internal sealed class JsonFormat : IWireFormat
{
    public string ContentType => "application/x-amz-json-1.1";

    public string Success(string operation, JsonObject answer) => answer.ToJsonString();

    public string Failure(HttpResponse response, KmsFailure failure)
    {
        response.StatusCode = failure.Status;
        var error = new JsonObject { ["__type"] = failure.Type };
        if (failure.Text is not null)
            error["message"] = failure.Text;
        return error.ToJsonString();
    }
}
