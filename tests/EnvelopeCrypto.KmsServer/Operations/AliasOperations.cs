using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using EnvelopeCrypto.KmsServer.Callers;
using EnvelopeCrypto.KmsServer.Keys;

namespace EnvelopeCrypto.KmsServer.Operations;

/// <summary>Aliases. Each change needs the permission on the alias and on the keys concerned.</summary>
internal sealed partial class AliasOperations(KeyStore store, KeyAccess access)
{
    private const int MaxAliasesPerKey = 50;

    public IEnumerable<KeyValuePair<string, KmsOperation>> All =>
    [
        new("CreateAlias", CreateAlias),
        new("UpdateAlias", UpdateAlias),
        new("DeleteAlias", DeleteAlias),
        new("ListAliases", ListAliases),
    ];

    private JsonObject CreateAlias(KmsRequest request)
    {
        var arn = AliasArn(request);
        RequireOnAlias(request, arn);
        var target = access.Manage(request, "TargetKeyId");
        KeyAccess.RequireNotPendingDeletion(target);
        if (store.FindAlias(arn) is not null)
            throw new KmsFailure("AlreadyExistsException", $"An alias with the name {arn} already exists");
        if (store.AliasesOf(arn.Account, arn.Region).Count(alias => alias.Target == target) >= MaxAliasesPerKey)
            throw new KmsFailure("LimitExceededException", $"{target.Arn} has {MaxAliasesPerKey} aliases, and can have no more.");
        store.SetAlias(new KmsAlias(arn, target, store.Now, store.Now));
        return [];
    }

    private JsonObject UpdateAlias(KmsRequest request)
    {
        var alias = Find(request);
        access.Require(request, "kms:UpdateAlias", alias.Target);
        var target = access.Manage(request, "TargetKeyId");
        KeyAccess.RequireNotPendingDeletion(target);
        if (target.Usage != alias.Target.Usage || target.IsSymmetric != alias.Target.IsSymmetric)
            throw KmsFailure.Validation("The new key of an alias must have the type and the usage of the old one.");
        store.SetAlias(alias with { Target = target, Updated = store.Now });
        return [];
    }

    private JsonObject DeleteAlias(KmsRequest request)
    {
        var alias = Find(request);
        access.Require(request, "kms:DeleteAlias", alias.Target);
        store.RemoveAlias(alias.Arn);
        return [];
    }

    private JsonObject ListAliases(KmsRequest request)
    {
        Permissions.Require(new ActionRequest(request.Caller, "kms:ListAliases", "*"));
        var aliases = store.AliasesOf(request.Caller.Account, request.Region);
        if (request.Text("KeyId") is { } keyId)
        {
            var arn = store.ToArn(keyId, request.Region, request.Caller.Account);
            var key = store.FindKey(arn) ?? throw KmsFailure.NotFound($"Key '{arn}' does not exist");
            aliases = aliases.Where(alias => alias.Target == key);
        }
        var rows = aliases.Select(alias => new JsonObject
        {
            ["AliasName"] = alias.Arn.Resource,
            ["AliasArn"] = alias.Arn.ToString(),
            ["TargetKeyId"] = alias.Target.Arn.Id,
            ["CreationDate"] = KeyDescription.Seconds(alias.Created),
            ["LastUpdatedDate"] = KeyDescription.Seconds(alias.Updated),
        });
        return Page.Of("Aliases", [.. rows], request);
    }

    private KmsAlias Find(KmsRequest request)
    {
        var arn = AliasArn(request);
        RequireOnAlias(request, arn);
        return store.FindAlias(arn) ?? throw KmsFailure.NotFound($"Alias {arn} is not found.");
    }

    private static KmsArn AliasArn(KmsRequest request)
    {
        var name = request.RequiredText("AliasName");
        if (!NameGrammar().IsMatch(name))
            throw new KmsFailure("InvalidAliasNameException", $"{name} is not a valid alias name.");
        return name.StartsWith("alias/aws/", StringComparison.Ordinal)
            ? throw new KmsFailure("NotAuthorizedException", "")
            : new KmsArn(request.Region, request.Caller.Account, name);
    }

    private static void RequireOnAlias(KmsRequest request, KmsArn arn) =>
        Permissions.Require(new ActionRequest(request.Caller, "kms:" + request.Operation, arn.ToString()));

    [GeneratedRegex("^alias/[a-zA-Z0-9/_-]{1,250}$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 60_000)]
    private static partial Regex NameGrammar();
}
