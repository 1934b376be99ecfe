using EnvelopeCrypto.KeyPairs;

namespace EnvelopeCrypto.Tests.KeyPairs;

/// <summary>Every case of Wycheproof's file for X25519.</summary>
public sealed class X25519VectorTests
{
    [Fact]
    public void All_518_products_agree()
    {
        var tests = WycheproofFile.Tests("x25519_test.json");

        Assert.Equal(518, tests.Count);
        Assert.All(tests, test =>
        {
            var result = new byte[X25519.Size];
            X25519.Multiply(test.Bytes("private"), test.Bytes("public"), result);
            // Those that are acceptable are right too: X-Wing takes every point when it decapsulates.
            Assert.Equal(test.Bytes("shared"), result);
            Assert.Equal(test.HasFlag("LowOrderPublic"), X25519.IsLowOrder(test.Bytes("public")));
        });
    }

    [Fact]
    public void A_public_key_is_the_product_with_the_base_point()
    {
        byte[] basePoint = [9, .. new byte[31]];
        var tests = WycheproofFile.Tests("x25519_test.json");

        Assert.All(tests, test =>
        {
            var (byTable, byLadder) = (new byte[X25519.Size], new byte[X25519.Size]);
            X25519.PublicKeyOf(test.Bytes("private"), byTable);
            X25519.Multiply(test.Bytes("private"), basePoint, byLadder);
            Assert.Equal(byLadder, byTable);
        });
    }
}
