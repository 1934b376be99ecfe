using EnvelopeCrypto.Body;
using EnvelopeCrypto.Format;
using EnvelopeCrypto.Keys.Passphrases;
using EnvelopeCrypto.Keys.Secrets;
using EnvelopeCrypto.Primitives;

namespace EnvelopeCrypto.Keys.Local;

/// <summary>
/// <c>keyring.json</c>: how the keyring's passphrase leads to the keyring key. See docs/keyring.md. In format 2 the passphrase opens the
/// keyring key, so a new passphrase replaces this file alone; in format 1 it is the keyring key's only source.
/// </summary>
/// <param name="Format">1 or 2.</param>
/// <param name="Salt">16 random bytes.</param>
/// <param name="Iterations">Of PBKDF2-HMAC-SHA-512.</param>
/// <param name="Message">
/// A Cobblestone-256 message under what the passphrase derives: in format 1 of no bytes, the verifier; in format 2 of the keyring key.
/// </param>
internal sealed record KeyringFile(int Format, byte[] Salt, int Iterations, byte[] Message)
{
    /// <summary>The keyring key is what the passphrase derives.</summary>
    private const int Derived = 1;

    /// <summary>The keyring key is sealed under what the passphrase derives.</summary>
    private const int Sealed = 2;

    /// <exception cref="EnvelopeException">HeaderInvalid, UnsupportedVersion.</exception>
    public static KeyringFile Parse(ReadOnlySpan<byte> text, string what)
    {
        var members = new JsonMembers(CanonicalJson.Parse(text, what), what);
        var format = KekFile.TakeFormat(ref members, what);
        var length = Cobblestone.PreambleSize + Cobblestone.TagSize + (format == Sealed ? Cobblestone.KeySize : 0);
        var file = new KeyringFile(
            format,
            members.Bytes("salt", RecipientGrammar.SaltSize, RecipientGrammar.SaltSize),
            (int)members.Integer("iterations", RecipientGrammar.MinIterations, RecipientGrammar.MaxIterations),
            members.Bytes(NameOfMessage(format), length, length));
        members.End();
        return file;
    }

    /// <summary>The keyring key under a passphrase, with a new salt.</summary>
    public static KeyringFile Seal(SecretBytes keyringKey, SecretBytes passphrase, RandomSource random, KekDerivation derive)
    {
        var salt = new byte[RecipientGrammar.SaltSize];
        random(salt);
        using var derived = derive(passphrase, salt, KeyDerivation.DefaultIterations);
        return new KeyringFile(
            Sealed, salt, KeyDerivation.DefaultIterations, Cobblestone.Seal(derived.Span, ContextOf(Sealed), keyringKey.Span, random));
    }

    public byte[] ToJson() => new CanonicalJsonWriter().BeginObject()
        .Name("format").Integer(Format)
        .Name("salt").Bytes(Salt)
        .Name("iterations").Integer(Iterations)
        .Name(NameOfMessage(Format)).Bytes(Message)
        .EndObject().ToArray();

    /// <summary>The keyring key, or null when the passphrase is wrong. The caller disposes it.</summary>
    public SecretBytes? TryOpen(SecretBytes passphrase, KekDerivation derive)
    {
        var derived = derive(passphrase, Salt, Iterations);
        var message = new SecretBytes(Format == Sealed ? Cobblestone.KeySize : 0);
        var opens = Cobblestone.TryOpen(derived.Span, ContextOf(Format), Message, message.Span);
        var (key, other) = Format == Sealed ? (message, derived) : (derived, message);
        other.Dispose();
        if (opens)
            return key;
        key.Dispose();
        return null;
    }

    public bool IsSameAs(KeyringFile? other) =>
        other is not null && Format == other.Format && Iterations == other.Iterations && Salt.AsSpan().SequenceEqual(other.Salt)
            && Message.AsSpan().SequenceEqual(other.Message);

    private static string NameOfMessage(int format) => format == Derived ? "verifier" : "key";

    private static ReadOnlySpan<byte> ContextOf(int format) => format == Derived ? "evc/v1 keyring verifier"u8 : "evc/v1 keyring key"u8;
}
