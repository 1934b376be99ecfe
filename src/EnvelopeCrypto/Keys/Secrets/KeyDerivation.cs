using System.Security.Cryptography;
using System.Text;
using EnvelopeCrypto.Format;
using EnvelopeCrypto.Primitives;

namespace EnvelopeCrypto.Keys.Secrets;

/// <summary>From a passphrase to a KEK: PBKDF2-HMAC-SHA-512 (RFC 8018; NIST SP 800-132) over the UTF-8 of its NFC form.</summary>
internal static class KeyDerivation
{
    /// <summary>Iterations for new recipients and keyrings; takes about half a second on a server of today.</summary>
    public const int DefaultIterations = RecipientGrammar.MinIterations;

    private const char LastWithoutForms = '\u02ff';

    /// <summary>The passphrase's bytes. A passphrase that is empty or no text is refused.</summary>
    /// <exception cref="EnvelopeException">PassphraseInvalid.</exception>
    public static SecretBytes Normalize(ReadOnlySpan<char> passphrase)
    {
        if (passphrase.IsEmpty)
            throw new EnvelopeException(EnvelopeError.PassphraseInvalid, "the passphrase is empty.");
        // What a variable holds that is not UTF-8 comes as U+FFFD: different passphrases would become one.
        if (passphrase.Contains('\ufffd'))
            throw new EnvelopeException(EnvelopeError.PassphraseInvalid, "the passphrase has bytes that are not UTF-8 text.");
        var utf8 = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
        try
        {
            // A string cannot be zeroed; below U+0300 every text is its own normal form, and needs none.
            var characters = passphrase.ContainsAnyExceptInRange('\0', LastWithoutForms) ? NormalForm.Compose(passphrase.ToString()) : passphrase;
            var bytes = new SecretBytes(utf8.GetByteCount(characters));
            utf8.GetBytes(characters, bytes.Span);
            return bytes;
        }
        catch (ArgumentException failure)
        {
            throw new EnvelopeException(EnvelopeError.PassphraseInvalid, "the passphrase is not sound Unicode.", failure);
        }
    }

    /// <summary>32 bytes. Cannot be interrupted.</summary>
    public static SecretBytes Derive(SecretBytes passphrase, ReadOnlySpan<byte> salt, int iterations)
    {
        var kek = new SecretBytes(DataKey.Size);
        Rfc2898DeriveBytes.Pbkdf2(passphrase.Span, salt, kek.Span, iterations, HashAlgorithmName.SHA512);
        return kek;
    }
}
