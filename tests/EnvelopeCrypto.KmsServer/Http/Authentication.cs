using System.Globalization;
using EnvelopeCrypto.KmsServer.Callers;
using Microsoft.AspNetCore.Http;

namespace EnvelopeCrypto.KmsServer.Http;

/// <summary>From a signed request to its caller, with the refusals of KMS.</summary>
internal sealed class Authentication(CallerDirectory callers, ServerClock clock)
{
    private static readonly TimeSpan AllowedSkew = TimeSpan.FromMinutes(5);

    /// <exception cref="KmsFailure">What KMS says to a caller that it does not know, or whose signature is not right.</exception>
    public (Caller Caller, string Region) Require(HttpRequest request, byte[] body, string service)
    {
        if (request.Headers.Authorization.Count == 0)
            throw new KmsFailure("MissingAuthenticationTokenException", "Missing Authentication Token");
        var signature = SignatureV4.TryRead(request.Headers)
            ?? throw new KmsFailure(
                "IncompleteSignatureException", "The Authorization header is not a complete AWS4-HMAC-SHA256 signature.");
        var caller = callers.Find(signature.AccessKeyId);
        if (caller is null || (caller.SessionToken ?? "") != request.Headers["x-amz-security-token"].ToString())
            throw new KmsFailure("UnrecognizedClientException", "The security token included in the request is invalid.");
        if (signature.Service != service)
            throw InvalidSignature($"Credential should be scoped to correct service: '{service}'.");
        RequireTime(signature.Time);
        if (!signature.Verify(request, body, caller.SecretAccessKey))
        {
            throw InvalidSignature(
                "The request signature we calculated does not match the signature you provided. "
                + "Check your AWS Secret Access Key and signing method. Consult the service documentation for details.");
        }
        if (caller.Expires <= clock.GetUtcNow())
            throw new KmsFailure("ExpiredTokenException", "The security token included in the request is expired");
        return (caller, signature.Region);
    }

    private void RequireTime(DateTimeOffset signed)
    {
        var now = clock.SignatureNow;
        if (signed < now - AllowedSkew)
        {
            throw InvalidSignature(
                $"Signature expired: {Text(signed)} is now earlier than {Text(now - AllowedSkew)} ({Text(now)} - 5 min.)");
        }
        if (signed > now + AllowedSkew)
        {
            throw InvalidSignature(
                $"Signature not yet current: {Text(signed)} is still later than {Text(now + AllowedSkew)} ({Text(now)} + 5 min.)");
        }
    }

    private static KmsFailure InvalidSignature(string text) => new("InvalidSignatureException", text);

    private static string Text(DateTimeOffset time) => time.UtcDateTime.ToString(SignatureV4.DateFormat, CultureInfo.InvariantCulture);
}
