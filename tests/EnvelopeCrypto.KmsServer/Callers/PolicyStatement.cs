using System.Text.Json;

namespace EnvelopeCrypto.KmsServer.Callers;

/// <summary>One statement: its effect, for which principals, actions and resources, under which conditions.</summary>
internal sealed class PolicyStatement
{
    private string[] _principals = [];
    private string[] _actions = [];
    private string[] _notActions = [];
    private string[] _resources = [];
    private string[] _notResources = [];
    private PolicyCondition[] _conditions = [];

    private PolicyStatement(bool allow) => Allow = allow;

    public bool Allow { get; }

    public static PolicyStatement Parse(JsonElement element)
    {
        var effect = element.GetProperty("Effect").GetString();
        if (effect is not ("Allow" or "Deny"))
            throw new FormatException($"The effect '{effect}' is neither Allow nor Deny.");
        var statement = new PolicyStatement(effect == "Allow");
        foreach (var member in element.EnumerateObject())
            statement.Read(member);
        if (statement._actions.Length + statement._notActions.Length == 0
            || statement._resources.Length + statement._notResources.Length == 0)
        {
            throw new FormatException("A statement needs an Action and a Resource.");
        }
        return statement;
    }

    /// <summary>Whether it is about this action on this resource, under these conditions.</summary>
    public bool Covers(ActionRequest request) =>
        Matches(_actions, _notActions, request.Action, ignoreCase: true)
        && Matches(_resources, _notResources, request.Resource, ignoreCase: false)
        && Array.TrueForAll(_conditions, condition => condition.Holds(request));

    /// <summary>Whether it names the caller: by its account (or with *), or by its own ARN or that of its role (or with *).</summary>
    public bool Names(Caller caller, bool byAccount) => Array.Exists(_principals, principal => principal == "*"
        || (byAccount
            ? principal == caller.Account || principal == $"arn:aws:iam::{caller.Account}:root"
            : principal == caller.Arn || principal == caller.RoleArn));

    private void Read(JsonProperty member)
    {
        switch (member.Name)
        {
            case "Sid" or "Effect":
                break;
            case "Principal":
                _principals = member.Value.ValueKind == JsonValueKind.String
                    ? [member.Value.GetString()!]
                    : Texts(member.Value.GetProperty("AWS"));
                break;
            case "Action":
                _actions = Texts(member.Value);
                break;
            case "NotAction":
                _notActions = Texts(member.Value);
                break;
            case "Resource":
                _resources = Texts(member.Value);
                break;
            case "NotResource":
                _notResources = Texts(member.Value);
                break;
            case "Condition":
                _conditions = [.. PolicyCondition.Parse(member.Value)];
                break;
            default:
                throw new FormatException($"The element '{member.Name}' is not known here.");
        }
    }

    private static bool Matches(string[] patterns, string[] notPatterns, string text, bool ignoreCase) => patterns.Length > 0
        ? Array.Exists(patterns, pattern => Wildcard.Matches(pattern, text, ignoreCase))
        : !Array.Exists(notPatterns, pattern => Wildcard.Matches(pattern, text, ignoreCase));

    internal static string[] Texts(JsonElement value) => value.ValueKind == JsonValueKind.Array
        ? [.. value.EnumerateArray().Select(Text)]
        : [Text(value)];

    // A Boolean may stand as one, or as a string.
    private static string Text(JsonElement value) => value.ValueKind is JsonValueKind.True or JsonValueKind.False
        ? (value.GetBoolean() ? "true" : "false")
        : value.GetString() ?? throw new FormatException("A null stands where a string is due.");
}
