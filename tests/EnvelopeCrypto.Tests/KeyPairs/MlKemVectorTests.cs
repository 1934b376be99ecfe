using System.Text.Json;
using EnvelopeCrypto.KeyPairs;
using EnvelopeCrypto.Tests.Support;

namespace EnvelopeCrypto.Tests.KeyPairs;

/// <summary>Every case of Wycheproof's files for ML-KEM-768.</summary>
public sealed class MlKemVectorTests
{
    [Fact]
    public void All_100_seeds_give_their_keys()
    {
        var tests = WycheproofFile.Tests("mlkem_768_keygen_seed_test.json");

        Assert.Equal(100, tests.Count);
        Assert.All(tests, test =>
        {
            var key = MlKem768.TryExpand(test.Bytes("seed"))!;
            Assert.Equal("valid", test.Text("result"));
            Assert.Equal(test.Bytes("ek"), key.GetPublicKeyEncoded());
            Assert.Equal(test.Bytes("dk"), key.GetEncoded());
        });
    }

    [Fact]
    public void All_265_encapsulations_agree()
    {
        var tests = WycheproofFile.Tests("mlkem_768_encaps_test.json");

        Assert.Equal(265, tests.Count);
        Assert.All(tests, test =>
        {
            var publicKey = MlKem768.TryImport(test.Bytes("ek"));
            Assert.Equal(test.Text("result") == "valid", publicKey is not null);
            if (publicKey is null)
                return;
            var ciphertext = new byte[MlKem768.CiphertextSize];
            var secret = new byte[MlKem768.SecretSize];
            MlKem768.Encapsulate(publicKey, test.Bytes("m"), ciphertext, secret);
            Assert.Equal(test.Bytes("c"), ciphertext);
            Assert.Equal(test.Bytes("K"), secret);
        });
    }

    [Fact]
    public void All_193_decapsulations_agree()
    {
        var tests = WycheproofFile.Tests("mlkem_768_test.json");

        Assert.Equal(193, tests.Count);
        Assert.All(tests, test =>
        {
            var key = MlKem768.TryExpand(test.Bytes("seed"));
            var secret = new byte[MlKem768.SecretSize];
            var opened = key is not null && MlKem768.TryDecapsulate(key, test.Bytes("c"), secret);
            Assert.Equal(test.Text("result") == "valid", opened);
            if (opened)
                Assert.Equal((test.Text("ek"), test.Text("K")), (Hex(key!.GetPublicKeyEncoded()), Hex(secret)));
        });
    }

    private static string Hex(byte[] bytes) => Convert.ToHexString(bytes).ToLowerInvariant();
}
