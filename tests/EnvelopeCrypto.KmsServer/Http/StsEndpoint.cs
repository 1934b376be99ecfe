using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using EnvelopeCrypto.KmsServer.Callers;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;

namespace EnvelopeCrypto.KmsServer.Http;

/// <summary>
/// STS: who the caller is, and sessions of roles. A role trusts whoever may assume it by his own policies.
/// Reference: https://docs.aws.amazon.com/STS/latest/APIReference/
/// </summary>
internal sealed class StsEndpoint(CallerDirectory callers, Authentication authentication, CallPipeline pipeline)
{
    private const int DefaultDuration = 3600;

    private readonly QueryFormat _format = new();

    public static bool IsFor(HttpRequest http) =>
        http.ContentType?.StartsWith("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase) ?? false;

    public Task AnswerAsync(HttpContext http, byte[] body)
    {
        var members = QueryHelpers.ParseQuery(Encoding.UTF8.GetString(body));
        var action = Text(members, "Action") ?? "";
        return pipeline.AnswerAsync(http, action, _format, record =>
        {
            var work = Begin(action, http.Request, body, members, record);
            return () => Task.FromResult(work());
        });
    }

    private Func<JsonObject> Begin(
        string action, HttpRequest http, byte[] body, Dictionary<string, StringValues> members, CallRecord record) =>
        action switch
        {
            "GetCallerIdentity" => Identity(Signed(http, body, record)),
            "AssumeRole" => AssumeRole(Signed(http, body, record), members),
            // Nobody signs this one: the token says who asks.
            "AssumeRoleWithWebIdentity" => AssumeRoleWithWebIdentity(members),
            _ => throw new KmsFailure("InvalidAction", $"Could not find operation {action}"),
        };

    private Caller Signed(HttpRequest http, byte[] body, CallRecord record)
    {
        var (caller, region) = authentication.Require(http, body, "sts");
        record.Caller = caller.Arn;
        record.Region = region;
        return caller;
    }

    // It needs no permission.
    private static Func<JsonObject> Identity(Caller caller) => () => new JsonObject
    {
        ["Arn"] = caller.Arn,
        ["UserId"] = caller.UserId,
        ["Account"] = caller.Account,
    };

    private Func<JsonObject> AssumeRole(Caller caller, Dictionary<string, StringValues> members) => () =>
    {
        var arn = Required(members, "RoleArn");
        Permissions.Require(new ActionRequest(caller, "sts:AssumeRole", arn));
        var role = callers.FindRole(arn);
        return role is not null && (role.ExternalId is null || role.ExternalId == Text(members, "ExternalId"))
            ? Session(role, members)
            : throw KmsFailure.AccessDenied($"User: {caller.Arn} is not authorized to perform: sts:AssumeRole on resource: {arn}");
    };

    private Func<JsonObject> AssumeRoleWithWebIdentity(Dictionary<string, StringValues> members) => () =>
    {
        var role = callers.FindRole(Required(members, "RoleArn"));
        if (role?.WebIdentityToken is null)
            throw KmsFailure.AccessDenied("Not authorized to perform sts:AssumeRoleWithWebIdentity");
        return role.WebIdentityToken == Required(members, "WebIdentityToken")
            ? Session(role, members)
            : throw new KmsFailure("InvalidIdentityToken", "The web identity token is not one that the role trusts.");
    };

    private JsonObject Session(Role role, Dictionary<string, StringValues> members)
    {
        if (members.Keys.Any(name => name.StartsWith("Policy", StringComparison.Ordinal)))
            throw KmsFailure.Validation("Session policies are not known here.");
        var seconds = Text(members, "DurationSeconds") is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : DefaultDuration;
        if (seconds is < 900 or > 43200)
            throw KmsFailure.Constraint("durationSeconds", "Member must have a value between 900 and 43200");
        var session = callers.AddSession(role, Required(members, "RoleSessionName"), TimeSpan.FromSeconds(seconds));
        return new JsonObject
        {
            ["Credentials"] = new JsonObject
            {
                ["AccessKeyId"] = session.AccessKeyId,
                ["SecretAccessKey"] = session.SecretAccessKey,
                ["SessionToken"] = session.SessionToken,
                ["Expiration"] = session.Expires!.Value.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
            },
            ["AssumedRoleUser"] = new JsonObject { ["Arn"] = session.Arn, ["AssumedRoleId"] = session.UserId },
        };
    }

    private static string? Text(Dictionary<string, StringValues> members, string name) =>
        members.TryGetValue(name, out var value) ? value.ToString() : null;

    private static string Required(Dictionary<string, StringValues> members, string name) =>
        Text(members, name) ?? throw KmsFailure.Constraint(char.ToLowerInvariant(name[0]) + name[1..], "Member must not be null");
}
