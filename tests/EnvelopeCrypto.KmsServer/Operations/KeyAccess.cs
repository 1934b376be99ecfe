using EnvelopeCrypto.KmsServer.Callers;
using EnvelopeCrypto.KmsServer.Keys;

namespace EnvelopeCrypto.KmsServer.Operations;

/// <summary>From a KeyId to a key that the caller may use in this way and that is in a state to be used.</summary>
internal sealed class KeyAccess(KeyStore store)
{
    private static readonly IReadOnlyDictionary<string, string> NoContext = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>For the cryptographic operations, DescribeKey and GetPublicKey, which take an alias too.</summary>
    public KmsKey Use(
        KmsRequest request, string action, string keyId, IReadOnlyDictionary<string, string>? context = null, bool? sameKey = null)
    {
        var arn = store.ToArn(keyId, request.Region, request.Caller.Account);
        var alias = arn.IsAlias ? arn.Resource : null;
        if (arn.IsAlias)
        {
            arn = store.FindAlias(arn)?.Target.Arn ?? throw (arn.Account == request.Caller.Account
                ? KmsFailure.NotFound($"Alias {arn} is not found.")
                : Permissions.NotForOthers(new ActionRequest(request.Caller, action, arn.ToString())));
        }
        return Find(request, action, arn, context ?? NoContext, alias, sameKey);
    }

    /// <summary>For operations that manage a key: by id or key ARN, in the caller's own account.</summary>
    public KmsKey Manage(KmsRequest request, string member = "KeyId")
    {
        var keyId = request.RequiredText(member);
        var arn = store.ToArn(keyId, request.Region, request.Caller.Account);
        if (arn.IsAlias)
            throw KmsFailure.NotFound($"Invalid keyId '{keyId}'");
        var action = "kms:" + request.Operation;
        return arn.Account == request.Caller.Account
            ? Find(request, action, arn, NoContext, alias: null, sameKey: null)
            : throw Permissions.NotForOthers(new ActionRequest(request.Caller, action, arn.ToString()));
    }

    /// <summary>For a key that a ciphertext led to, and for aliases.</summary>
    public void Require(
        KmsRequest request,
        string action,
        KmsKey key,
        IReadOnlyDictionary<string, string>? context = null,
        string? alias = null,
        bool? sameKey = null)
    {
        request.Record.AddKey(key.Arn.ToString());
        var asked = new ActionRequest(
            request.Caller, action, key.Arn.ToString(), Conditions(request, key, context ?? NoContext, alias, sameKey));
        Permissions.Require(asked, key.Arn.Account, key.Policy);
    }

    /// <exception cref="KmsFailure">DisabledException, KMSInvalidStateException.</exception>
    public static void RequireEnabled(KmsKey key)
    {
        RequireNotPendingDeletion(key);
        if (!key.Enabled)
            throw new KmsFailure("DisabledException", $"{key.Arn} is disabled.");
    }

    public static void RequireNotPendingDeletion(KmsKey key)
    {
        if (key.Deletion is not null)
            throw new KmsFailure("KMSInvalidStateException", $"{key.Arn} is pending deletion.");
    }

    private KmsKey Find(
        KmsRequest request, string action, KmsArn arn, IReadOnlyDictionary<string, string> context, string? alias, bool? sameKey)
    {
        if (store.FindKey(arn) is { } key)
        {
            Require(request, action, key, context, alias, sameKey);
            return key;
        }
        var asked = new ActionRequest(request.Caller, action, arn.ToString());
        if (arn.Account != request.Caller.Account)
            throw Permissions.NotForOthers(asked);
        Permissions.Require(asked);
        throw KmsFailure.NotFound($"Key '{arn}' does not exist");
    }

    private Dictionary<string, string[]> Conditions(
        KmsRequest request, KmsKey key, IReadOnlyDictionary<string, string> context, string? alias, bool? sameKey)
    {
        var conditions = new Dictionary<string, string[]>(StringComparer.OrdinalIgnoreCase)
        {
            ["aws:PrincipalArn"] = [request.Caller.RoleArn ?? request.Caller.Arn],
            ["aws:PrincipalAccount"] = [request.Caller.Account],
            ["aws:RequestedRegion"] = [request.Region],
            ["kms:CallerAccount"] = [request.Caller.Account],
            ["kms:KeySpec"] = [key.Spec],
            ["kms:KeyUsage"] = [key.Usage],
            ["kms:MultiRegion"] = [key.MultiRegion ? "true" : "false"],
        };
        var aliases = store.AliasesOf(key.Arn.Account, key.Arn.Region)
            .Where(other => other.Target == key)
            .Select(other => other.Arn.Resource)
            .ToArray();
        if (aliases.Length > 0)
            conditions["kms:ResourceAliases"] = aliases;
        if (alias is not null)
            conditions["kms:RequestAlias"] = [alias];
        if (sameKey is { } same)
            conditions["kms:ReEncryptOnSameKey"] = [same ? "true" : "false"];
        if (context.Count > 0)
            conditions["kms:EncryptionContextKeys"] = [.. context.Keys];
        foreach (var (name, value) in context)
            conditions["kms:EncryptionContext:" + name] = [value];
        return conditions;
    }
}
