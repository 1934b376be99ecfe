using EnvelopeCrypto.Keys;

namespace EnvelopeCrypto.PowerShell;

/// <summary>
/// The public half of a key pair, or a certificate: what to compare of it. Wherever a reference is wanted, it stands for its own.
/// </summary>
public sealed class EnvelopePublicKek
{
    private readonly string _reference;

    internal EnvelopePublicKek(KekReference reference, PublicKek kek)
    {
        _reference = reference.Text;
        Kek = kek.Kek;
        KeyId = kek.KeyId;
        IsKeyPair = kek.IsKeyPair;
        PostQuantum = kek.IsPostQuantum;
        PrivateHalf = kek.PrivateHalf;
    }

    /// <summary>The hash by which files name it: <c>pub:sha256:HEX</c>, <c>x509:sha256:HEX</c>.</summary>
    public string Kek { get; }

    /// <summary>The key id that the pair's version has in the keyring where it was made; null for a certificate.</summary>
    public string? KeyId { get; }

    /// <summary>Whether it is the public half of a key pair.</summary>
    public bool IsKeyPair { get; }

    /// <summary>Whether what it wraps stays closed to a quantum computer, as far as is known.</summary>
    public bool PostQuantum { get; }

    /// <summary>The KEK of this keyring that has the private half, <c>local:NAME</c>; null when none has.</summary>
    public string? PrivateHalf { get; }

    /// <summary>The reference as it was given.</summary>
    public override string ToString() => _reference;
}
