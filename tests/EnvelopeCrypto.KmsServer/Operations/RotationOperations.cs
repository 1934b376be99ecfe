using System.Text.Json.Nodes;
using EnvelopeCrypto.KmsServer.Keys;

namespace EnvelopeCrypto.KmsServer.Operations;

/// <summary>Rotation of symmetric keys: by schedule and on demand. Old material goes on decrypting.</summary>
internal sealed class RotationOperations(KeyStore store, KeyAccess access)
{
    public IEnumerable<KeyValuePair<string, KmsOperation>> All =>
    [
        new("EnableKeyRotation", EnableKeyRotation),
        new("DisableKeyRotation", DisableKeyRotation),
        new("GetKeyRotationStatus", GetKeyRotationStatus),
        new("RotateKeyOnDemand", RotateKeyOnDemand),
        new("ListKeyRotations", ListKeyRotations),
    ];

    private JsonObject EnableKeyRotation(KmsRequest request)
    {
        var key = Changeable(request);
        var days = request.Number("RotationPeriodInDays") ?? key.Material.RotationPeriodInDays ?? KeyMaterial.DefaultRotationPeriodInDays;
        if (days is < 90 or > 2560)
            throw KmsFailure.Constraint("rotationPeriodInDays", "Member must have a value between 90 and 2560");
        key.Material.EnableRotation(days, store.Now);
        return [];
    }

    private JsonObject DisableKeyRotation(KmsRequest request)
    {
        Changeable(request).Material.DisableRotation();
        return [];
    }

    private JsonObject GetKeyRotationStatus(KmsRequest request)
    {
        var key = access.Use(request, "kms:GetKeyRotationStatus", request.RequiredText("KeyId"));
        RequireRotatable(key);
        var material = key.Material;
        var answer = new JsonObject
        {
            ["KeyId"] = key.Arn.ToString(),
            ["KeyRotationEnabled"] = material.RotationPeriodInDays is not null && key.Deletion is null,
        };
        if (material.NextRotation is { } next && key.Deletion is null)
        {
            answer["RotationPeriodInDays"] = material.RotationPeriodInDays;
            answer["NextRotationDate"] = KeyDescription.Seconds(next);
        }
        return answer;
    }

    private JsonObject RotateKeyOnDemand(KmsRequest request)
    {
        var key = Changeable(request);
        if (key.Material.OnDemandRotations >= KeyMaterial.MaxOnDemandRotations)
        {
            throw new KmsFailure(
                "LimitExceededException",
                "The on-demand rotations limit has been reached for the given keyId. "
                + $"No more on-demand rotations can be performed for this key: {key.Arn}");
        }
        key.Material.RotateOnDemand(store.Now);
        return new JsonObject { ["KeyId"] = key.Arn.Id };
    }

    private JsonObject ListKeyRotations(KmsRequest request)
    {
        var key = access.Manage(request);
        RequireRotatable(key);
        var all = request.Text("IncludeKeyMaterial") == "ALL_KEY_MATERIAL";
        var rotations = key.Material.Versions.Where(version => all || version.RotationType is not null)
            .Select(version => Row(key, version));
        return Page.Of("Rotations", [.. rotations], request);
    }

    private static JsonObject Row(KmsKey key, MaterialVersion version)
    {
        var row = new JsonObject
        {
            ["KeyId"] = key.Arn.ToString(),
            ["KeyMaterialId"] = version.IdText,
            ["KeyMaterialState"] = version == key.Material.Current ? "CURRENT" : "NON_CURRENT",
        };
        if (version.RotationType is not null)
        {
            row["RotationDate"] = KeyDescription.Seconds(version.Created);
            row["RotationType"] = version.RotationType;
        }
        return row;
    }

    // A replica follows its primary key, which alone can be told to rotate.
    private KmsKey Changeable(KmsRequest request)
    {
        var key = access.Manage(request);
        KeyAccess.RequireEnabled(key);
        RequireRotatable(key);
        return key.Primary is null ? key : throw new KmsFailure("UnsupportedOperationException", $"{key.Arn} is a replica key.");
    }

    private static void RequireRotatable(KmsKey key)
    {
        if (!key.IsSymmetric)
            throw new KmsFailure("UnsupportedOperationException", $"{key.Arn} is not a symmetric encryption key.");
    }
}
