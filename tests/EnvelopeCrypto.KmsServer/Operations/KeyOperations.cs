using System.Text.Json.Nodes;
using EnvelopeCrypto.KmsServer.Callers;
using EnvelopeCrypto.KmsServer.Keys;

namespace EnvelopeCrypto.KmsServer.Operations;

/// <summary>The life of a key: made, described, replicated, disabled, deleted.</summary>
internal sealed class KeyOperations(KeyStore store, KeyAccess access)
{
    private const int DefaultWaitInDays = 30;

    private static readonly string[] Specs = ["SYMMETRIC_DEFAULT", "RSA_2048", "RSA_3072", "RSA_4096", "ECC_NIST_P256"];

    public IEnumerable<KeyValuePair<string, KmsOperation>> All =>
    [
        new("CreateKey", CreateKey),
        new("DescribeKey", DescribeKey),
        new("ListKeys", ListKeys),
        new("ReplicateKey", ReplicateKey),
        new("EnableKey", request => SetEnabled(request, enabled: true)),
        new("DisableKey", request => SetEnabled(request, enabled: false)),
        new("ScheduleKeyDeletion", ScheduleKeyDeletion),
        new("CancelKeyDeletion", CancelKeyDeletion),
        new("PutKeyPolicy", PutKeyPolicy),
        new("GetKeyPolicy", GetKeyPolicy),
        new("TagResource", TagResource),
        new("UntagResource", UntagResource),
        new("ListResourceTags", ListResourceTags),
    ];

    private JsonObject CreateKey(KmsRequest request)
    {
        Permissions.Require(new ActionRequest(request.Caller, "kms:CreateKey", "*"));
        var spec = request.Text("KeySpec") ?? request.Text("CustomerMasterKeySpec") ?? "SYMMETRIC_DEFAULT";
        if (!Specs.Contains(spec))
            throw KmsFailure.Constraint("keySpec", $"Member must satisfy enum value set: [{string.Join(", ", Specs)}]");
        var usage = request.Text("KeyUsage") ?? "ENCRYPT_DECRYPT";
        if (spec == "SYMMETRIC_DEFAULT" ? usage != "ENCRYPT_DECRYPT" : spec.StartsWith("ECC_", StringComparison.Ordinal)
            && usage != "SIGN_VERIFY")
        {
            throw KmsFailure.Validation($"KeyUsage {usage} is not compatible with KeySpec {spec}");
        }
        var multiRegion = request.Flag("MultiRegion");
        var key = new KmsKey
        {
            Arn = new KmsArn(request.Region, request.Caller.Account, "key/" + KeyStore.NewId(multiRegion)),
            Material = new KeyMaterial(spec, store.Now),
            Spec = spec,
            Usage = usage,
            Created = store.Now,
            MultiRegion = multiRegion,
            Description = request.Text("Description") ?? "",
            Policy = request.Text("Policy") is { } policy ? ParsePolicy(policy) : null,
        };
        AddTags(key, request);
        store.Add(key);
        request.Record.AddKey(key.Arn.ToString());
        return new JsonObject { ["KeyMetadata"] = KeyDescription.Metadata(key, store) };
    }

    private JsonObject DescribeKey(KmsRequest request)
    {
        var key = access.Use(request, "kms:DescribeKey", request.RequiredText("KeyId"));
        return new JsonObject { ["KeyMetadata"] = KeyDescription.Metadata(key, store) };
    }

    private JsonObject ListKeys(KmsRequest request)
    {
        Permissions.Require(new ActionRequest(request.Caller, "kms:ListKeys", "*"));
        var keys = store.KeysOf(request.Caller.Account, request.Region)
            .Select(key => new JsonObject { ["KeyId"] = key.Arn.Id, ["KeyArn"] = key.Arn.ToString() });
        return Page.Of("Keys", [.. keys], request);
    }

    private JsonObject ReplicateKey(KmsRequest request)
    {
        var primary = access.Manage(request);
        var region = request.RequiredText("ReplicaRegion");
        KeyAccess.RequireEnabled(primary);
        if (!primary.MultiRegion || primary.Primary is not null)
            throw new KmsFailure("UnsupportedOperationException", $"{primary.Arn} is not a multi-Region primary key.");
        var arn = primary.Arn with { Region = region };
        if (store.FindKey(arn) is not null)
        {
            throw new KmsFailure(
                "AlreadyExistsException", $"Unable to replicate key {primary.Arn.Id}: a related key is in {region} already.");
        }
        var replica = new KmsKey
        {
            Arn = arn,
            Material = primary.Material,
            Spec = primary.Spec,
            Usage = primary.Usage,
            Created = store.Now,
            MultiRegion = true,
            Primary = primary,
            Description = request.Text("Description") ?? "",
            Policy = request.Text("Policy") is { } policy ? ParsePolicy(policy) : null,
        };
        AddTags(replica, request);
        store.Add(replica);
        return new JsonObject { ["ReplicaKeyMetadata"] = KeyDescription.Metadata(replica, store) };
    }

    private JsonObject SetEnabled(KmsRequest request, bool enabled)
    {
        var key = access.Manage(request);
        KeyAccess.RequireNotPendingDeletion(key);
        key.Enabled = enabled;
        return [];
    }

    private JsonObject ScheduleKeyDeletion(KmsRequest request)
    {
        var key = access.Manage(request);
        KeyAccess.RequireNotPendingDeletion(key);
        var days = request.Number("PendingWindowInDays") ?? DefaultWaitInDays;
        if (days is < 7 or > 30)
            throw KmsFailure.Constraint("pendingWindowInDays", "Member must have a value between 7 and 30");
        key.Deletion = store.Now.AddDays(days);
        return new JsonObject
        {
            ["KeyId"] = key.Arn.ToString(),
            ["KeyState"] = key.State,
            ["PendingWindowInDays"] = days,
            ["DeletionDate"] = KeyDescription.Seconds(key.Deletion.Value),
        };
    }

    private JsonObject CancelKeyDeletion(KmsRequest request)
    {
        var key = access.Manage(request);
        if (key.Deletion is null)
            throw new KmsFailure("KMSInvalidStateException", $"{key.Arn} is not pending deletion.");
        key.Deletion = null;
        // As KMS leaves it: someone has to enable it.
        key.Enabled = false;
        return new JsonObject { ["KeyId"] = key.Arn.ToString() };
    }

    private JsonObject PutKeyPolicy(KmsRequest request)
    {
        var key = access.Manage(request);
        KeyAccess.RequireNotPendingDeletion(key);
        key.Policy = ParsePolicy(request.RequiredText("Policy"));
        return [];
    }

    private JsonObject GetKeyPolicy(KmsRequest request)
    {
        var key = access.Manage(request);
        return new JsonObject { ["Policy"] = (key.Policy ?? DefaultPolicy(key)).Json, ["PolicyName"] = "default" };
    }

    private JsonObject TagResource(KmsRequest request)
    {
        var key = access.Manage(request);
        KeyAccess.RequireNotPendingDeletion(key);
        AddTags(key, request);
        return [];
    }

    private JsonObject UntagResource(KmsRequest request)
    {
        var key = access.Manage(request);
        KeyAccess.RequireNotPendingDeletion(key);
        foreach (var name in request.Node("TagKeys") as JsonArray ?? [])
            key.Tags.Remove(name!.GetValue<string>());
        return [];
    }

    private JsonObject ListResourceTags(KmsRequest request)
    {
        var key = access.Manage(request);
        return Page.Of("Tags", [.. key.Tags.Select(tag => new JsonObject { ["TagKey"] = tag.Key, ["TagValue"] = tag.Value })], request);
    }

    private static void AddTags(KmsKey key, KmsRequest request)
    {
        foreach (var tag in request.Node("Tags") as JsonArray ?? [])
        {
            var name = tag!["TagKey"]!.GetValue<string>();
            if (name.StartsWith("aws:", StringComparison.OrdinalIgnoreCase))
                throw new KmsFailure("TagException", "A tag key that begins with aws: is reserved.");
            key.Tags[name] = tag["TagValue"]!.GetValue<string>();
        }
        if (key.Tags.Count > 50)
            throw new KmsFailure("LimitExceededException", $"{key.Arn} has more than 50 tags.");
    }

    private static PolicyDocument DefaultPolicy(KmsKey key) => PolicyDocument.Parse(
        $$$"""
        {"Version":"2012-10-17","Statement":[
         {"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::{{{key.Arn.Account}}}:root"},"Action":"kms:*","Resource":"*"}]}
        """);

    private static PolicyDocument ParsePolicy(string json)
    {
        try
        {
            return PolicyDocument.Parse(json);
        }
        catch (FormatException e)
        {
            throw new KmsFailure("MalformedPolicyDocumentException", e.Message);
        }
    }
}
