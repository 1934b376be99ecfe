using System.Text.Json.Nodes;
using EnvelopeCrypto.KmsServer.Callers;
using Microsoft.AspNetCore.Http;

namespace EnvelopeCrypto.KmsServer.Http;

/// <summary>
/// IAM Identity Center, as far as an SSO profile needs it without a browser: GetRoleCredentials for a bearer token, and CreateToken
/// for a refresh token. Reference: https://docs.aws.amazon.com/singlesignon/latest/PortalAPIReference/ and .../OIDCAPIReference/
/// </summary>
internal sealed class SignInEndpoint(CallerDirectory callers, CallPipeline pipeline)
{
    private readonly RestJsonFormat _format = new();

    public static bool IsFor(HttpRequest http) => http.Path == "/federation/credentials" || http.Path == "/token";

    public Task AnswerAsync(HttpContext http, byte[] body) => http.Request.Path == "/token"
        ? pipeline.AnswerAsync(http, "CreateToken", _format, _ => () => Task.FromResult(CreateToken(body)))
        : pipeline.AnswerAsync(http, "GetRoleCredentials", _format, _ => () => Task.FromResult(GetRoleCredentials(http.Request)));

    private JsonObject GetRoleCredentials(HttpRequest http)
    {
        if (!callers.SignIns.IsValid(http.Headers["x-amz-sso_bearer_token"].ToString()))
            throw new KmsFailure("UnauthorizedException", "Session token not found or invalid", 401);
        var arn = $"arn:aws:iam::{http.Query["account_id"]}:role/{http.Query["role_name"]}";
        var role = callers.FindRole(arn) ?? throw new KmsFailure("ForbiddenException", "No access", 403);
        var session = callers.AddSession(role, "sso", TimeSpan.FromHours(1));
        return new JsonObject
        {
            ["roleCredentials"] = new JsonObject
            {
                ["accessKeyId"] = session.AccessKeyId,
                ["secretAccessKey"] = session.SecretAccessKey,
                ["sessionToken"] = session.SessionToken,
                ["expiration"] = session.Expires!.Value.ToUnixTimeMilliseconds(),
            },
        };
    }

    private JsonObject CreateToken(byte[] body)
    {
        var members = JsonNode.Parse(body)!;
        if (members["grantType"]?.GetValue<string>() != "refresh_token")
            throw new KmsFailure("UnsupportedGrantTypeException", "Only refresh_token is known here.");
        if (!callers.SignIns.IsRefreshToken(members["refreshToken"]?.GetValue<string>()))
            throw new KmsFailure("InvalidGrantException", "The refresh token is not valid.");
        return new JsonObject
        {
            ["accessToken"] = callers.SignIns.IssueAccessToken(),
            ["tokenType"] = "Bearer",
            ["expiresIn"] = 28800,
            ["refreshToken"] = callers.SignIns.RefreshToken,
        };
    }
}
