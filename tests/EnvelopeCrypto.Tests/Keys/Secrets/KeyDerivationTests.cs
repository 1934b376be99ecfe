using System.Text;
using EnvelopeCrypto.Keys;
using EnvelopeCrypto.Keys.Secrets;
using EnvelopeCrypto.Tests.Support;

namespace EnvelopeCrypto.Tests.Keys.Secrets;

public sealed class KeyDerivationTests
{
    [Fact]
    public void Derivation_is_PBKDF2_with_HMAC_SHA_512()
    {
        // A known answer of PBKDF2-HMAC-SHA-512: "password", "salt", one iteration, the first 32 bytes.
        using var passphrase = KeyDerivation.Normalize("password");
        using var kek = KeyDerivation.Derive(passphrase, "salt"u8, iterations: 1);
        Assert.Equal("867F70CF1ADE02CFF3752599A3A53DC4AF34C7A669815AE5D513554E1C8CF252", Convert.ToHexString(kek.Span));
    }

    [Fact]
    public void Passphrase_is_its_UTF_8_bytes()
    {
        using var passphrase = KeyDerivation.Normalize("Grüße");
        Assert.Equal(Encoding.UTF8.GetBytes("Grüße"), passphrase.Span.ToArray());
    }

    [Fact]
    public void Composed_and_decomposed_spellings_are_one_passphrase()
    {
        using var decomposed = KeyDerivation.Normalize("e\u0301");
        using var composed = KeyDerivation.Normalize("\u00e9");
        Assert.Equal(composed.Span.ToArray(), decomposed.Span.ToArray());
    }

    [Theory]
    [InlineData("")]
    [InlineData("\ud800")]
    public void Passphrase_that_is_no_text_is_refused(string passphrase) =>
        Refused.As(EnvelopeError.PassphraseInvalid, () => KeyDerivation.Normalize(passphrase));
}
