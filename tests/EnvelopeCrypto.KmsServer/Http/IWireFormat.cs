using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace EnvelopeCrypto.KmsServer.Http;

/// <summary>How a service writes its answers.</summary>
internal interface IWireFormat
{
    string ContentType { get; }

    string Success(string operation, JsonObject answer);

    /// <summary>The body of an error, after its status and headers were set.</summary>
    string Failure(HttpResponse response, KmsFailure failure);
}
