using System.Security.Cryptography;
using EnvelopeCrypto.Aws.Service;
using EnvelopeCrypto.Keys;

namespace EnvelopeCrypto.Aws;

/// <summary>The public half of an RSA key of AWS KMS: it wraps here, without a call.</summary>
internal sealed class RsaPublicKey : IDisposable
{
    private readonly object _gate = new();
    private readonly RSA _key;

    private RsaPublicKey(RSA key) => _key = key;

    /// <exception cref="EnvelopeException">
    /// KekUnsuitable for a key that is not for RSAES_OAEP_SHA_256; KeyServiceFailed for an answer that makes no sense.
    /// </exception>
    public static RsaPublicKey Import(KmsPublicKey answer, string expected)
    {
        if (answer.KeyArn != expected)
            throw KmsCheck.Failed($"AWS KMS gave the public key of {ForeignText.Shorten(answer.KeyArn)} instead of {expected}.");
        if (answer.Usage != KmsWords.EncryptDecrypt || !answer.Algorithms.Contains(KmsWords.RsaOaepSha256, StringComparer.Ordinal))
        {
            throw new EnvelopeException(
                EnvelopeError.KekUnsuitable,
                $"{expected} is a key pair for {ForeignText.Word(answer.Usage)}; a KEK is a symmetric key or an RSA key for "
                + $"{KmsWords.EncryptDecrypt}.");
        }
        var key = RSA.Create();
        try
        {
            key.ImportSubjectPublicKeyInfo(answer.SubjectPublicKeyInfo.Span, out var read);
            if (read != answer.SubjectPublicKeyInfo.Length)
                throw new CryptographicException("It has bytes after its end.");
            return new RsaPublicKey(key);
        }
        catch (CryptographicException failure)
        {
            key.Dispose();
            throw KmsCheck.Failed($"AWS KMS gave a public key of {expected} that does not read: {failure.Message}");
        }
    }

    /// <summary>RSAES-OAEP with SHA-256 and MGF1-SHA-256 (RFC 8017), as KMS unwraps it.</summary>
    public byte[] Wrap(DataKey dataKey)
    {
        Span<byte> plain = stackalloc byte[DataKey.Size];
        try
        {
            dataKey.CopyTo(plain);
            // RSA objects are not made for several threads at once.
            lock (_gate)
                return _key.Encrypt(plain, RSAEncryptionPadding.OaepSHA256);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(plain);
        }
    }

    public void Dispose()
    {
        lock (_gate)
            _key.Dispose();
    }
}
