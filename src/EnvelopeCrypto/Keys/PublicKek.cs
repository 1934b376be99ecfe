using EnvelopeCrypto.Keys.Pairs;

namespace EnvelopeCrypto.Keys;

/// <summary>
/// What there is to compare of a KEK whose public half is in a file: with what another person reads out, or with what files name.
/// </summary>
/// <param name="Kek">Canonical form: <c>pub:sha256:HEX</c>, <c>x509:sha256:HEX</c>.</param>
/// <param name="KeyId">That of a key pair's version in the keyring where its private half is, as base64url; null for a certificate.</param>
/// <param name="PrivateHalf">
/// The KEK of this keyring that has a key pair's private half, <c>local:NAME</c>; null when it has it not.
/// </param>
internal sealed record PublicKek(string Kek, string? KeyId, string? PrivateHalf)
{
    public bool IsKeyPair => KeyId is not null;

    /// <summary>X-Wing is; RSA is not.</summary>
    public bool IsPostQuantum => IsKeyPair;

    /// <summary>Whether a reference names one.</summary>
    public static bool Is(KekReference reference) => reference.Kind is KekKind.PublicKey or KekKind.Certificate;

    /// <summary>Reads it as an encryption would, and refuses what that would.</summary>
    /// <exception cref="EnvelopeException">
    /// PublicKeyNotFound, PublicKeyInvalid, CertificateNotFound, CertificateUnsuitable, KekNotFound.
    /// </exception>
    public static async ValueTask<PublicKek> ReadAsync(KekSession session, KekReference reference, CancellationToken cancellationToken)
    {
        var kek = (await session.PreviewAsync([reference], cancellationToken))[0];
        return reference.Kind == KekKind.PublicKey
            ? new(kek, KeyPairFormat.KeyIdOf(kek), session.NameInKeyring(kek))
            : new(kek, KeyId: null, PrivateHalf: null);
    }
}
