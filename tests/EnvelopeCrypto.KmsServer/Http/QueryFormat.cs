using System.Text.Json.Nodes;
using System.Xml.Linq;
using Microsoft.AspNetCore.Http;

namespace EnvelopeCrypto.KmsServer.Http;

/// <summary>
/// The query protocol's XML, which STS speaks. Its errors have other names than those of KMS, and status 403 where the caller is at
/// fault.
/// </summary>
internal sealed class QueryFormat : IWireFormat
{
    private static readonly XNamespace Sts = "https://sts.amazonaws.com/doc/2011-06-15/";

    public string ContentType => "text/xml";

    public string Success(string operation, JsonObject answer) => new XElement(
        Sts + (operation + "Response"),
        new XElement(Sts + (operation + "Result"), Members(answer)),
        new XElement(Sts + "ResponseMetadata", RequestId())).ToString();

    public string Failure(HttpResponse response, KmsFailure failure)
    {
        var (code, status) = failure.Type switch
        {
            "UnrecognizedClientException" => ("InvalidClientTokenId", 403),
            "InvalidSignatureException" => ("SignatureDoesNotMatch", 403),
            "ExpiredTokenException" => ("ExpiredToken", 403),
            "MissingAuthenticationTokenException" => ("MissingAuthenticationToken", 403),
            "IncompleteSignatureException" => ("IncompleteSignature", 400),
            "AccessDeniedException" => ("AccessDenied", 403),
            "ThrottlingException" => ("Throttling", 400),
            "KMSInternalException" => ("InternalFailure", 500),
            "ValidationException" => ("ValidationError", 400),
            _ => (failure.Type, failure.Status),
        };
        response.StatusCode = status;
        var error = new XElement(
            Sts + "Error",
            new XElement(Sts + "Type", status < 500 ? "Sender" : "Receiver"),
            new XElement(Sts + "Code", code),
            new XElement(Sts + "Message", failure.Text));
        return new XElement(Sts + "ErrorResponse", error, RequestId()).ToString();
    }

    private static IEnumerable<XElement> Members(JsonObject members) => members.Select(member => new XElement(
        Sts + member.Key,
        member.Value is JsonObject nested ? Members(nested) : member.Value?.ToString()));

    private static XElement RequestId() => new(Sts + "RequestId", Guid.NewGuid().ToString("D"));
}
