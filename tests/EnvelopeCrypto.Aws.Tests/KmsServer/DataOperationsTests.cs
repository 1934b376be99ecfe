using System.Security.Cryptography;
using Amazon.KeyManagementService;
using Amazon.KeyManagementService.Model;

namespace EnvelopeCrypto.Aws.Tests.KmsServer;

/// <summary>The server does with data keys what KMS does, as the SDK sees it.</summary>
public sealed class DataOperationsTests : ServerTests
{
    private static readonly Dictionary<string, string> Backup = ServerClients.Context(("purpose", "backup"), ("host", "db1"));
    private static readonly Dictionary<string, string> Archive = ServerClients.Context(("purpose", "archive"));

    [Fact]
    public async Task A_generated_data_key_decrypts_under_its_context_alone()
    {
        var key = Server.AddKey(ServerClients.Region);
        var made = await Kms.GenerateDataKeyAsync(new() { KeyId = key, KeySpec = DataKeySpec.AES_256, EncryptionContext = Backup });
        Assert.Equal(key, made.KeyId);
        Assert.Equal(32, made.Plaintext.Length);

        var opened = await Kms.DecryptAsync(new() { KeyId = key, CiphertextBlob = made.CiphertextBlob, EncryptionContext = Backup });
        Assert.Equal(made.Plaintext.ToArray(), opened.Plaintext.ToArray());
        await Assert.ThrowsAsync<InvalidCiphertextException>(() =>
            Kms.DecryptAsync(new() { KeyId = key, CiphertextBlob = made.CiphertextBlob, EncryptionContext = Archive }));
        await Assert.ThrowsAsync<InvalidCiphertextException>(
            () => Kms.DecryptAsync(new() { KeyId = key, CiphertextBlob = made.CiphertextBlob }));
    }

    [Fact]
    public async Task Contexts_that_join_to_the_same_text_differ()
    {
        var key = Server.AddKey(ServerClients.Region);
        var blob = await EncryptAsync(key, ServerClients.Context(("a", "bc")));
        await Assert.ThrowsAsync<InvalidCiphertextException>(() =>
            Kms.DecryptAsync(new() { KeyId = key, CiphertextBlob = blob, EncryptionContext = ServerClients.Context(("ab", "c")) }));
    }

    [Fact]
    public async Task ReEncrypt_changes_key_and_context_and_names_both_keys()
    {
        var (old, fresh) = (Server.AddKey(ServerClients.Region), Server.AddKey(ServerClients.Region));
        var again = await Kms.ReEncryptAsync(new()
        {
            CiphertextBlob = await EncryptAsync(old, Backup),
            SourceKeyId = old,
            SourceEncryptionContext = Backup,
            DestinationKeyId = fresh,
            DestinationEncryptionContext = Archive,
        });
        Assert.Equal((old, fresh), (again.SourceKeyId, again.KeyId));
        Assert.Equal([old, fresh], Assert.Single(Server.Calls.Of("ReEncrypt")).Keys);
        var opened = await Kms.DecryptAsync(new() { KeyId = fresh, CiphertextBlob = again.CiphertextBlob, EncryptionContext = Archive });
        Assert.Equal(new byte[32], opened.Plaintext.ToArray());
    }

    [Fact]
    public async Task A_decrypt_with_another_key_is_refused_and_an_open_ended_one_is_counted()
    {
        var (key, other) = (Server.AddKey(ServerClients.Region), Server.AddKey(ServerClients.Region));
        var blob = await EncryptAsync(key, []);
        await Assert.ThrowsAsync<IncorrectKeyException>(() => Kms.DecryptAsync(new() { KeyId = other, CiphertextBlob = blob }));
        Assert.Equal(0, Server.Calls.OpenEnded);
        Assert.Equal(key, (await Kms.DecryptAsync(new() { CiphertextBlob = blob })).KeyId);
        Assert.Equal(1, Server.Calls.OpenEnded);
    }

    [Fact]
    public async Task A_public_key_wraps_offline_and_KMS_unwraps()
    {
        var key = Server.AddKey(ServerClients.Region, spec: "RSA_2048");
        var described = await Kms.GetPublicKeyAsync(new() { KeyId = key });
        using var rsa = RSA.Create();
        rsa.ImportSubjectPublicKeyInfo(described.PublicKey.ToArray(), out _);
        var blob = rsa.Encrypt(new byte[32], RSAEncryptionPadding.OaepSHA256);

        var opened = await Kms.DecryptAsync(new()
        {
            KeyId = key,
            CiphertextBlob = new(blob),
            EncryptionAlgorithm = EncryptionAlgorithmSpec.RSAES_OAEP_SHA_256,
        });
        Assert.Equal(new byte[32], opened.Plaintext.ToArray());
        await Assert.ThrowsAsync<InvalidKeyUsageException>(
            () => Kms.GenerateDataKeyAsync(new() { KeyId = key, KeySpec = DataKeySpec.AES_256 }));
    }

    [Fact]
    public async Task A_key_that_signs_does_not_encrypt()
    {
        var key = Server.AddKey(ServerClients.Region, spec: "RSA_2048", usage: "SIGN_VERIFY");
        await Assert.ThrowsAsync<InvalidKeyUsageException>(() => EncryptAsync(key, []));
    }

    [Fact]
    public async Task A_plaintext_has_at_most_4096_bytes()
    {
        var key = Server.AddKey(ServerClients.Region);
        await Kms.EncryptAsync(new() { KeyId = key, Plaintext = new(new byte[4096]) });
        var refused = await Assert.ThrowsAsync<AmazonKeyManagementServiceException>(() =>
            Kms.EncryptAsync(new() { KeyId = key, Plaintext = new(new byte[4097]) }));
        Assert.Equal("ValidationException", refused.ErrorCode);
    }

    [Fact]
    public async Task A_data_key_comes_without_plaintext_when_so_asked()
    {
        var key = Server.AddKey(ServerClients.Region);
        var made = await Kms.GenerateDataKeyWithoutPlaintextAsync(new() { KeyId = key, KeySpec = DataKeySpec.AES_256 });
        var opened = await Kms.DecryptAsync(new() { KeyId = key, CiphertextBlob = made.CiphertextBlob });
        Assert.Equal(32, opened.Plaintext.Length);
    }

    [Fact]
    public async Task A_key_of_another_Region_is_not_found()
    {
        var key = Server.AddKey("us-east-1");
        await Assert.ThrowsAsync<NotFoundException>(() => EncryptAsync(key, []));
    }

    private async Task<MemoryStream> EncryptAsync(string key, Dictionary<string, string> context) =>
        (await Kms.EncryptAsync(new() { KeyId = key, Plaintext = new(new byte[32]), EncryptionContext = context })).CiphertextBlob;
}
