using EnvelopeCrypto.Body;
using EnvelopeCrypto.Format;
using EnvelopeCrypto.Keys.Passphrases;
using EnvelopeCrypto.Keys.Secrets;
using EnvelopeCrypto.Primitives;

namespace EnvelopeCrypto.Keys.Local;

/// <summary>
/// <c>keyring.json</c>: how the keyring's passphrase becomes the keyring key, and what tells the right one. See docs/keyring.md.
/// </summary>
/// <param name="Salt">16 random bytes.</param>
/// <param name="Iterations">Of PBKDF2-HMAC-SHA-512.</param>
/// <param name="Verifier">A Cobblestone-256 message of no bytes under the keyring key.</param>
internal sealed record KeyringFile(byte[] Salt, int Iterations, byte[] Verifier)
{
    /// <exception cref="EnvelopeException">HeaderInvalid, UnsupportedVersion.</exception>
    public static KeyringFile Parse(ReadOnlySpan<byte> text, string what)
    {
        const int verifierLength = Cobblestone.PreambleSize + Cobblestone.TagSize;
        var members = new JsonMembers(CanonicalJson.Parse(text, what), what);
        KekFile.RequireFormat(ref members, what);
        var file = new KeyringFile(
            members.Bytes("salt", RecipientGrammar.SaltSize, RecipientGrammar.SaltSize),
            (int)members.Integer("iterations", RecipientGrammar.MinIterations, RecipientGrammar.MaxIterations),
            members.Bytes("verifier", verifierLength, verifierLength));
        members.End();
        return file;
    }

    /// <summary>A new salt, and the key that the passphrase makes with it. The caller disposes the key.</summary>
    public static (KeyringFile File, SecretBytes Key) New(SecretBytes passphrase, RandomSource random)
    {
        var salt = new byte[RecipientGrammar.SaltSize];
        random(salt);
        var key = KeyDerivation.Derive(passphrase, salt, KeyDerivation.DefaultIterations);
        return (new KeyringFile(salt, KeyDerivation.DefaultIterations, Cobblestone.Seal(key.Span, VerifierContext, [], random)), key);
    }

    public byte[] ToJson() => new CanonicalJsonWriter().BeginObject()
        .Name("format").Integer(KekFile.FormatNumber)
        .Name("salt").Bytes(Salt)
        .Name("iterations").Integer(Iterations)
        .Name("verifier").Bytes(Verifier)
        .EndObject().ToArray();

    /// <summary>The keyring key, or null when the passphrase is wrong. The caller disposes it.</summary>
    public SecretBytes? TryDerive(SecretBytes passphrase, KekDerivation derive)
    {
        var key = derive(passphrase, Salt, Iterations);
        if (Cobblestone.TryOpen(key.Span, VerifierContext, Verifier, []))
            return key;
        key.Dispose();
        return null;
    }

    public bool IsSameAs(KeyringFile? other) =>
        other is not null && Iterations == other.Iterations && Salt.AsSpan().SequenceEqual(other.Salt)
            && Verifier.AsSpan().SequenceEqual(other.Verifier);

    private static ReadOnlySpan<byte> VerifierContext => "evc/v1 keyring verifier"u8;
}
