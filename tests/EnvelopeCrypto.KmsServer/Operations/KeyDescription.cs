using System.Text.Json.Nodes;
using EnvelopeCrypto.KmsServer.Keys;

namespace EnvelopeCrypto.KmsServer.Operations;

/// <summary>A key as CreateKey, DescribeKey and ReplicateKey show it.</summary>
internal static class KeyDescription
{
    public static JsonObject Metadata(KmsKey key, KeyStore store)
    {
        var metadata = new JsonObject
        {
            ["AWSAccountId"] = key.Arn.Account,
            ["KeyId"] = key.Arn.Id,
            ["Arn"] = key.Arn.ToString(),
            ["CreationDate"] = Seconds(key.Created),
            ["Enabled"] = key.State == "Enabled",
            ["Description"] = key.Description,
            ["KeyUsage"] = key.Usage,
            ["KeyState"] = key.State,
            ["Origin"] = "AWS_KMS",
            ["KeyManager"] = "CUSTOMER",
            ["CustomerMasterKeySpec"] = key.Spec,
            ["KeySpec"] = key.Spec,
            ["MultiRegion"] = key.MultiRegion,
        };
        var (member, algorithms) = Algorithms(key);
        metadata[member] = algorithms;
        if (key.Deletion is { } deletion)
            metadata["DeletionDate"] = Seconds(deletion);
        if (key.IsSymmetric)
            metadata["CurrentKeyMaterialId"] = key.Material.Current.IdText;
        if (key.MultiRegion)
            metadata["MultiRegionConfiguration"] = MultiRegionConfiguration(key, store);
        return metadata;
    }

    /// <summary>Which algorithms, under the name that KMS gives the member.</summary>
    public static (string Member, JsonArray Algorithms) Algorithms(KmsKey key) => (key.Usage, key.IsSymmetric, key.Material.Rsa) switch
    {
        ("ENCRYPT_DECRYPT", true, _) => ("EncryptionAlgorithms", [KeyCipher.Symmetric]),
        ("ENCRYPT_DECRYPT", _, _) => ("EncryptionAlgorithms", ["RSAES_OAEP_SHA_1", "RSAES_OAEP_SHA_256"]),
        (_, _, not null) => ("SigningAlgorithms", ["RSASSA_PSS_SHA_256", "RSASSA_PKCS1_V1_5_SHA_256"]),
        _ => ("SigningAlgorithms", ["ECDSA_SHA_256"]),
    };

    public static double Seconds(DateTimeOffset time) => time.ToUnixTimeMilliseconds() / 1000.0;

    private static JsonObject MultiRegionConfiguration(KmsKey key, KeyStore store)
    {
        var primary = key.Primary ?? key;
        return new JsonObject
        {
            ["MultiRegionKeyType"] = key.Primary is null ? "PRIMARY" : "REPLICA",
            ["PrimaryKey"] = Place(primary),
            ["ReplicaKeys"] = new JsonArray([.. store.ReplicasOf(primary).Select(Place)]),
        };
    }

    private static JsonObject Place(KmsKey key) => new() { ["Arn"] = key.Arn.ToString(), ["Region"] = key.Arn.Region };
}
