using System.Security.Cryptography;
using EnvelopeCrypto.KeyPairs;
using EnvelopeCrypto.Keys.Pairs;

namespace EnvelopeCrypto.Tests.KeyPairs;

public sealed class XWingTests
{
    private readonly XWing _xWing = new();
    private readonly byte[] _seed = RandomNumberGenerator.GetBytes(KeyPairFormat.SeedSize);

    [Fact]
    public void Each_encapsulation_makes_another_secret_which_the_private_half_gets()
    {
        using var privateHalf = _xWing.OpenPrivateHalf(_seed);
        var publicHalf = _xWing.OpenPublicHalf(privateHalf.PublicHalf);
        var secrets = new List<string>();
        for (var i = 0; i < 20; i++)
        {
            var (ciphertext, sent, received) = Buffers();
            publicHalf.Encapsulate(ciphertext, sent);
            privateHalf.Decapsulate(ciphertext, received);
            Assert.Equal(sent, received);
            secrets.Add(Convert.ToHexString(sent));
        }

        Assert.Equal(20, secrets.Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public void A_ciphertext_that_is_changed_in_any_byte_gives_another_secret()
    {
        using var privateHalf = _xWing.OpenPrivateHalf(_seed);
        var (ciphertext, sent, received) = Buffers();
        _xWing.OpenPublicHalf(privateHalf.PublicHalf).Encapsulate(ciphertext, sent);

        for (var i = 0; i < ciphertext.Length; i++)
        {
            ciphertext[i] ^= 1;
            privateHalf.Decapsulate(ciphertext, received);
            Assert.NotEqual(sent, received);
            ciphertext[i] ^= 1;
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(1215)]
    [InlineData(1217)]
    public void A_public_half_of_another_length_is_refused(int length)
    {
        using var privateHalf = _xWing.OpenPrivateHalf(_seed);
        byte[] other = [.. privateHalf.PublicHalf, 0];

        RequireRefused(other[..length]);
    }

    /// <summary>The seven points of RFC 7748's curve and twist whose order divides 8, and the same with the bit that is ignored.</summary>
    [Theory]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("0100000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800")]
    [InlineData("5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157")]
    [InlineData("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f")]
    [InlineData("edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f")]
    [InlineData("eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f")]
    public void A_point_of_low_order_is_refused(string point)
    {
        using var privateHalf = _xWing.OpenPrivateHalf(_seed);
        byte[] weak = [.. privateHalf.PublicHalf[..1184], .. Convert.FromHexString(point)];

        RequireRefused(weak);
        weak[^1] |= 0x80;
        RequireRefused(weak);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(383)]
    [InlineData(767)]
    public void An_ML_KEM_key_with_a_coefficient_that_is_too_large_is_refused(int coefficient)
    {
        using var privateHalf = _xWing.OpenPrivateHalf(_seed);
        var bad = privateHalf.PublicHalf.ToArray();
        // Two coefficients of 12 bits in three bytes: this makes 3329 of one of them, the least that is too large.
        var place = coefficient / 2 * 3;
        if (coefficient % 2 == 0)
            (bad[place], bad[place + 1]) = (0x01, (byte)((bad[place + 1] & 0xF0) | 0x0D));
        else
            (bad[place + 1], bad[place + 2]) = ((byte)((bad[place + 1] & 0x0F) | 0x10), 0xD0);

        RequireRefused(bad);
    }

    [Fact]
    public void A_private_half_serves_no_more_when_it_was_disposed()
    {
        var privateHalf = _xWing.OpenPrivateHalf(_seed);
        privateHalf.Dispose();

        Assert.Throws<ObjectDisposedException>(() => privateHalf.Decapsulate(new byte[1120], new byte[32]));
    }

    private void RequireRefused(byte[] publicHalf) => Assert.Equal(
        EnvelopeError.PublicKeyInvalid, Assert.Throws<EnvelopeException>(() => _xWing.OpenPublicHalf(publicHalf)).Error);

    private static (byte[] Ciphertext, byte[] Sent, byte[] Received) Buffers() =>
        (new byte[KeyPairFormat.CiphertextSize], new byte[KeyPairFormat.SecretSize], new byte[KeyPairFormat.SecretSize]);
}
