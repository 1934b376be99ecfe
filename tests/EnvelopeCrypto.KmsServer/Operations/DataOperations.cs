using System.Security.Cryptography;
using System.Text.Json.Nodes;
using EnvelopeCrypto.KmsServer.Keys;

namespace EnvelopeCrypto.KmsServer.Operations;

/// <summary>The operations that touch data keys. Reference: https://docs.aws.amazon.com/kms/latest/APIReference/</summary>
internal sealed class DataOperations(KeyStore store, KeyAccess access)
{
    private readonly KeyCipher _cipher = new(store, access);

    public IEnumerable<KeyValuePair<string, KmsOperation>> All =>
    [
        new("GenerateDataKey", request => GenerateDataKey(request, withPlaintext: true)),
        new("GenerateDataKeyWithoutPlaintext", request => GenerateDataKey(request, withPlaintext: false)),
        new("Encrypt", Encrypt),
        new("Decrypt", Decrypt),
        new("ReEncrypt", ReEncrypt),
        new("GetPublicKey", GetPublicKey),
    ];

    private JsonObject GenerateDataKey(KmsRequest request, bool withPlaintext)
    {
        var context = request.Context("EncryptionContext");
        request.Record.Context = context;
        var key = access.Use(request, "kms:" + request.Operation, request.RequiredText("KeyId"), context);
        KeyAccess.RequireEnabled(key);
        KeyCipher.RequireSymmetric(key, request.Operation);
        var plaintext = RandomNumberGenerator.GetBytes(DataKeyLength(request));
        var answer = new JsonObject
        {
            ["CiphertextBlob"] = Convert.ToBase64String(Ciphertext.Seal(key, context, plaintext)),
            ["KeyId"] = key.Arn.ToString(),
            ["KeyMaterialId"] = key.Material.Current.IdText,
        };
        if (withPlaintext)
            answer["Plaintext"] = Convert.ToBase64String(plaintext);
        return answer;
    }

    private static int DataKeyLength(KmsRequest request) => (request.Text("KeySpec"), request.Number("NumberOfBytes")) switch
    {
        ("AES_256", null) => 32,
        ("AES_128", null) => 16,
        (null, >= 1 and <= 1024 and var length) => length,
        (null, null) => throw KmsFailure.Validation("Please specify either number of bytes or key spec."),
        (not null, not null) => throw KmsFailure.Validation("Please specify either number of bytes or key spec, not both."),
        _ => throw KmsFailure.Constraint("numberOfBytes", "Member must have value less than or equal to 1024"),
    };

    private JsonObject Encrypt(KmsRequest request)
    {
        var context = request.Context("EncryptionContext");
        request.Record.Context = context;
        var plaintext = request.Plaintext("Plaintext");
        var key = access.Use(request, "kms:Encrypt", request.RequiredText("KeyId"), context);
        var algorithm = request.Text("EncryptionAlgorithm") ?? KeyCipher.Symmetric;
        return new JsonObject
        {
            ["CiphertextBlob"] = Convert.ToBase64String(KeyCipher.Seal(key, request.Operation, algorithm, context, plaintext)),
            ["KeyId"] = key.Arn.ToString(),
            ["EncryptionAlgorithm"] = algorithm,
        };
    }

    private JsonObject Decrypt(KmsRequest request)
    {
        var algorithm = request.Text("EncryptionAlgorithm") ?? KeyCipher.Symmetric;
        var context = request.Context("EncryptionContext");
        request.Record.Context = context;
        var blob = request.CiphertextBlob("CiphertextBlob");
        var key = _cipher.FindSource(request, "kms:Decrypt", request.Text("KeyId"), algorithm, context, blob, sameKey: null);
        var answer = new JsonObject
        {
            ["Plaintext"] = Convert.ToBase64String(_cipher.Open(key, request.Operation, algorithm, context, blob)),
            ["KeyId"] = key.Arn.ToString(),
            ["EncryptionAlgorithm"] = algorithm,
        };
        if (key.IsSymmetric)
            answer["KeyMaterialId"] = key.Material.Find(Ciphertext.MaterialId(blob))!.IdText;
        return answer;
    }

    private JsonObject ReEncrypt(KmsRequest request)
    {
        var sourceAlgorithm = request.Text("SourceEncryptionAlgorithm") ?? KeyCipher.Symmetric;
        var sourceContext = request.Context("SourceEncryptionContext");
        request.Record.Context = sourceContext;
        var blob = request.CiphertextBlob("CiphertextBlob");
        var same = _cipher.IsSameKey(request, blob);
        var source = _cipher.FindSource(
            request, "kms:ReEncryptFrom", request.Text("SourceKeyId"), sourceAlgorithm, sourceContext, blob, same);

        var algorithm = request.Text("DestinationEncryptionAlgorithm") ?? KeyCipher.Symmetric;
        var context = request.Context("DestinationEncryptionContext");
        request.Record.DestinationContext = context;
        var destination = access.Use(request, "kms:ReEncryptTo", request.RequiredText("DestinationKeyId"), context, same);

        var plaintext = _cipher.Open(source, request.Operation, sourceAlgorithm, sourceContext, blob);
        var answer = new JsonObject
        {
            ["CiphertextBlob"] = Convert.ToBase64String(KeyCipher.Seal(destination, request.Operation, algorithm, context, plaintext)),
            ["SourceKeyId"] = source.Arn.ToString(),
            ["KeyId"] = destination.Arn.ToString(),
            ["SourceEncryptionAlgorithm"] = sourceAlgorithm,
            ["DestinationEncryptionAlgorithm"] = algorithm,
        };
        if (source.IsSymmetric)
            answer["SourceKeyMaterialId"] = source.Material.Find(Ciphertext.MaterialId(blob))!.IdText;
        if (destination.IsSymmetric)
            answer["DestinationKeyMaterialId"] = destination.Material.Current.IdText;
        return answer;
    }

    private JsonObject GetPublicKey(KmsRequest request)
    {
        var key = access.Use(request, "kms:GetPublicKey", request.RequiredText("KeyId"));
        KeyAccess.RequireEnabled(key);
        AsymmetricAlgorithm pair = (AsymmetricAlgorithm?)key.Material.Rsa ?? key.Material.Ecc
            ?? throw new KmsFailure("UnsupportedOperationException", $"{key.Arn} is not an asymmetric key.");
        var answer = new JsonObject
        {
            ["KeyId"] = key.Arn.ToString(),
            ["PublicKey"] = Convert.ToBase64String(pair.ExportSubjectPublicKeyInfo()),
            ["KeySpec"] = key.Spec,
            ["CustomerMasterKeySpec"] = key.Spec,
            ["KeyUsage"] = key.Usage,
        };
        var (member, algorithms) = KeyDescription.Algorithms(key);
        answer[member] = algorithms;
        return answer;
    }
}
