using System.Text.Json;
using EnvelopeCrypto.KeyPairs;
using EnvelopeCrypto.Tests.Support;

namespace EnvelopeCrypto.Tests.KeyPairs;

/// <summary>The draft's own test vectors.</summary>
public sealed class XWingVectorTests
{
    [Fact]
    public void All_3_agree()
    {
        using var file = JsonDocument.Parse(File.ReadAllBytes(TestVectors.Require("xwing", "test-vectors.json")));
        var tests = file.RootElement.EnumerateArray().ToList();

        Assert.Equal(3, tests.Count);
        Assert.All(tests, test =>
        {
            var (ciphertext, sent, received) = (new byte[1120], new byte[32], new byte[32]);
            var xWing = new XWing(destination => test.Bytes("eseed").CopyTo(destination));
            using var privateHalf = xWing.OpenPrivateHalf(test.Bytes("sk"));
            xWing.OpenPublicHalf(test.Bytes("pk")).Encapsulate(ciphertext, sent);
            privateHalf.Decapsulate(ciphertext, received);

            Assert.Equal(test.Bytes("pk"), privateHalf.PublicHalf.ToArray());
            Assert.Equal(test.Bytes("ct"), ciphertext);
            Assert.Equal(test.Bytes("ss"), sent);
            Assert.Equal(test.Bytes("ss"), received);
        });
    }
}
