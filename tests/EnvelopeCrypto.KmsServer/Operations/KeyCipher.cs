using System.Security.Cryptography;
using EnvelopeCrypto.KmsServer.Keys;

namespace EnvelopeCrypto.KmsServer.Operations;

/// <summary>Encrypts and decrypts with a key of either kind, and finds the key of a ciphertext.</summary>
internal sealed class KeyCipher(KeyStore store, KeyAccess access)
{
    public const string Symmetric = "SYMMETRIC_DEFAULT";

    public static byte[] Seal(
        KmsKey key, string operation, string algorithm, IReadOnlyDictionary<string, string> context, byte[] plaintext)
    {
        RequireUsable(key, operation, algorithm, context);
        if (key.IsSymmetric)
            return Ciphertext.Seal(key, context, plaintext);
        try
        {
            return key.Material.Rsa!.Encrypt(plaintext, Padding(algorithm));
        }
        catch (CryptographicException)
        {
            throw KmsFailure.Validation($"Algorithm {algorithm} and key spec {key.Spec} cannot encrypt data of {plaintext.Length} bytes.");
        }
    }

    public byte[] Open(KmsKey key, string operation, string algorithm, IReadOnlyDictionary<string, string> context, byte[] blob)
    {
        RequireUsable(key, operation, algorithm, context);
        return (key.IsSymmetric ? OpenSymmetric(key, context, blob) : OpenRsa(key, algorithm, blob))
            ?? throw KmsFailure.InvalidCiphertext();
    }

    /// <summary>The key that is to open a ciphertext: the one that the request names, else the one that the ciphertext does.</summary>
    public KmsKey FindSource(
        KmsRequest request,
        string action,
        string? keyId,
        string algorithm,
        IReadOnlyDictionary<string, string> context,
        byte[] blob,
        bool? sameKey)
    {
        if (keyId is not null)
            return access.Use(request, action, keyId, context, sameKey);
        if (algorithm != Symmetric)
            throw KmsFailure.Validation("A key ID must be given with an asymmetric encryption algorithm.");
        request.Record.OpenEnded = true;
        var id = Ciphertext.MaterialId(blob) ?? throw KmsFailure.InvalidCiphertext();
        var key = store.FindKeyOfMaterial(id, request.Region) ?? throw KmsFailure.AccessDenied(
            "The ciphertext refers to a customer master key that does not exist, does not exist in this region, or you are not allowed to access.");
        access.Require(request, action, key, context, alias: null, sameKey);
        return key;
    }

    /// <summary>For kms:ReEncryptOnSameKey: whether source and destination are one key. Says nothing of permissions.</summary>
    public bool IsSameKey(KmsRequest request, byte[] blob)
    {
        var source = Ciphertext.MaterialId(blob) is { } id ? store.FindKeyOfMaterial(id, request.Region) : null;
        var destination = store.ToArn(request.RequiredText("DestinationKeyId"), request.Region, request.Caller.Account);
        if (destination.IsAlias && store.FindAlias(destination) is { } alias)
            destination = alias.Target.Arn;
        return source?.Arn == destination;
    }

    public static void RequireSymmetric(KmsKey key, string operation)
    {
        if (!key.IsSymmetric)
            throw new KmsFailure("InvalidKeyUsageException", $"{key.Arn} key spec is {key.Spec} which is not valid for {operation}.");
    }

    private static void RequireUsable(KmsKey key, string operation, string algorithm, IReadOnlyDictionary<string, string> context)
    {
        KeyAccess.RequireEnabled(key);
        if (key.Usage != "ENCRYPT_DECRYPT")
            throw new KmsFailure("InvalidKeyUsageException", $"{key.Arn} key usage is {key.Usage} which is not valid for {operation}.");
        if (key.IsSymmetric != (algorithm == Symmetric))
        {
            throw new KmsFailure(
                "InvalidKeyUsageException", $"Algorithm {algorithm} and key spec {key.Spec} are not valid for {operation}.");
        }
        if (!key.IsSymmetric && context.Count > 0)
            throw KmsFailure.Validation("EncryptionContext is not supported with an asymmetric encryption algorithm.");
    }

    private byte[]? OpenSymmetric(KmsKey key, IReadOnlyDictionary<string, string> context, byte[] blob)
    {
        if (Ciphertext.MaterialId(blob) is not { } id || !store.KnowsMaterial(id))
            return null;
        if (key.Material.Find(id) is null)
        {
            throw new KmsFailure(
                "IncorrectKeyException", "The key ID in the request does not identify a CMK that can perform this operation.");
        }
        return Ciphertext.Open(key, context, blob);
    }

    private static byte[]? OpenRsa(KmsKey key, string algorithm, byte[] blob)
    {
        try
        {
            return key.Material.Rsa!.Decrypt(blob, Padding(algorithm));
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private static RSAEncryptionPadding Padding(string algorithm) => algorithm switch
    {
        "RSAES_OAEP_SHA_256" => RSAEncryptionPadding.OaepSHA256,
        "RSAES_OAEP_SHA_1" => RSAEncryptionPadding.OaepSHA1,
        _ => throw KmsFailure.Constraint(
            "encryptionAlgorithm",
            "Member must satisfy enum value set: [SYMMETRIC_DEFAULT, RSAES_OAEP_SHA_1, RSAES_OAEP_SHA_256]"),
    };
}
