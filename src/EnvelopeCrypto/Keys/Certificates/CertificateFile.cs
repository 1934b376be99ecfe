using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EnvelopeCrypto.Primitives;

namespace EnvelopeCrypto.Keys.Certificates;

/// <summary>
/// Reads a certificate, and its private key if that is there too, from a file: PEM, DER or PFX. The content decides, not the name.
/// </summary>
internal sealed class CertificateFile(CertificatePassphrase passphrase, INotices notices)
{
    /// <summary>Far more than a chain with its key has.</summary>
    public const int MaxLength = 1024 * 1024;

    // macOS knows no keys without a keychain; .NET takes a temporary one there and removes it.
    private static readonly X509KeyStorageFlags InMemory =
        OperatingSystem.IsMacOS() ? X509KeyStorageFlags.DefaultKeySet : X509KeyStorageFlags.EphemeralKeySet;

    /// <exception cref="EnvelopeException">CertificateNotFound; PassphraseRequired for a .pfx file that needs one.</exception>
    public KekCertificate Read(string path)
    {
        using var buffer = new SecretBytes(MaxLength + 1);
        var content = buffer.Span[..ReadInto(buffer.Span, path)];
        if (content.IsEmpty)
            throw Unreadable(path, "is empty.");
        if (content.Length > MaxLength)
            throw Unreadable(path, $"is longer than {MaxLength} bytes; a certificate is not.");
        return ReadPem(content, path) ?? ReadBinary(content, path);
    }

    internal static EnvelopeException Unreadable(string path, string why, Exception? inner = null) =>
        new(EnvelopeError.CertificateNotFound, $"the certificate file '{path}' {why}", inner);

    private static int ReadInto(Span<byte> buffer, string path)
    {
        try
        {
            if (Directory.Exists(path))
                throw Unreadable(path, "is a directory.");
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            return file.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
        }
        catch (Exception failure) when (failure is FileNotFoundException or DirectoryNotFoundException)
        {
            throw Unreadable(path, "does not exist.", failure);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw Unreadable(path, $"cannot be read: {failure.Message}", failure);
        }
    }

    private KekCertificate? ReadPem(ReadOnlySpan<byte> content, string path)
    {
        var text = GC.AllocateArray<char>(content.Length, pinned: true);
        try
        {
            using var pem = PemBlocks.Read(PemText.Read(content, text), path);
            return pem?.ToCertificate(passphrase, notices);
        }
        catch (CryptographicException failure)
        {
            throw Unreadable(path, $"holds a certificate that cannot be read: {failure.Message}", failure);
        }
        finally
        {
            Array.Clear(text);
        }
    }

    private KekCertificate ReadBinary(ReadOnlySpan<byte> content, string path)
    {
        try
        {
            switch (X509Certificate2.GetCertContentType(content))
            {
                case X509ContentType.Cert:
                    return new KekCertificate(new X509Certificate2(content), privateKey: null);
                case X509ContentType.Pfx:
                    return ReadPfx(content.ToArray(), path);
            }
        }
        catch (CryptographicException failure)
        {
            throw Unreadable(path, "is not a certificate: neither PEM nor DER nor PFX.", failure);
        }
        throw Unreadable(path, "is of a kind that cannot serve; use PEM, DER or PFX.");
    }

    // The array holds a private key only in the form that the file has it, under its passphrase or openly; it is zeroed all the same.
    private KekCertificate ReadPfx(byte[] content, string path)
    {
        try
        {
            return TryOpenPfx(content, path, passphrase: "") ?? passphrase.Use(path, typed => TryOpenPfx(content, path, typed))
                ?? throw Unreadable(path, "does not open: the passphrase is wrong, or the file is damaged.");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(content);
        }
    }

    private KekCertificate? TryOpenPfx(byte[] content, string path, ReadOnlySpan<char> passphrase)
    {
        var certificates = new X509Certificate2Collection();
        try
        {
            certificates.Import(content, passphrase, InMemory);
        }
        catch (CryptographicException)
        {
            return null;
        }
        if (certificates.Count == 0)
            throw Unreadable(path, "holds no certificate.");
        var chosen = certificates.FirstOrDefault(certificate => certificate.HasPrivateKey) ?? certificates[0];
        if (certificates.Count > 1 && !chosen.HasPrivateKey)
            notices.Warning($"'{path}' holds several certificates and no private key: the first is used, {chosen.Subject}.");
        foreach (var other in certificates)
        {
            if (!ReferenceEquals(other, chosen))
                other.Dispose();
        }
        return new KekCertificate(chosen, CertificatePrivateKey.JoinedTo(chosen));
    }
}
