using System.Security.Cryptography;
using EnvelopeCrypto.Disk;

namespace EnvelopeCrypto.Keys.Pairs;

/// <summary>Reads the public half of a key pair from a PEM file (RFC 7468): one block PUBLIC KEY, whatever stands around it.</summary>
internal static class PublicHalfFile
{
    /// <summary>Far more than a public half has.</summary>
    private const int MaxLength = 64 * 1024;

    /// <summary>What the file holds as the public half of an X-Wing key pair, of any length: the adapter checks it.</summary>
    /// <exception cref="EnvelopeException">PublicKeyNotFound; PublicKeyInvalid for another kind of key, or one that is cut off.</exception>
    public static byte[] Read(string path)
    {
        var bytes = ReadAll(path);
        ReadOnlySpan<char> text = PemText.Read(bytes, new char[bytes.Length]);
        byte[]? found = null;
        var isPem = false;
        for (var rest = text; PemEncoding.TryFind(rest, out var fields); rest = rest[fields.Location.End..])
        {
            isPem = true;
            var label = rest[fields.Label];
            if (label is not KeyPairFormat.PemLabel)
                throw Invalid(path, $"holds {DisplayText.OneLine(label.ToString())}, where the public half of a key pair is wanted");
            if (found is not null)
                throw Invalid(path, "holds several public keys; which one is meant is not clear");
            found = PublicHalfIn(Convert.FromBase64String(rest[fields.Base64Data].ToString()), path);
        }
        return found ?? throw (isPem || text.Contains("-----BEGIN ", StringComparison.Ordinal)
            ? Invalid(path, "is cut off, or no sound PEM")
            : NotFound(path, "is not a PEM file."));
    }

    /// <summary>That the adapter finds a public half sound.</summary>
    /// <exception cref="EnvelopeException">PublicKeyInvalid, naming the file.</exception>
    public static IPublicHalf Open(byte[] publicHalf, string path, IKeyEncapsulation encapsulation)
    {
        try
        {
            return encapsulation.OpenPublicHalf(publicHalf);
        }
        catch (EnvelopeException failure)
        {
            throw new EnvelopeException(failure.Error, $"the file '{DisplayText.OneLine(path)}' cannot serve: {failure.Reason}", failure);
        }
    }

    private static byte[] PublicHalfIn(byte[] der, string path) => KeyPairFormat.TryReadSubjectPublicKeyInfo(der, out var publicHalf)
        ? publicHalf.ToArray()
        : throw Invalid(path, "holds a public key of another kind than X-Wing (ML-KEM-768 with X25519), or one that is cut off");

    private static byte[] ReadAll(string path)
    {
        try
        {
            if (Directory.Exists(path))
                throw NotFound(path, "is a directory.");
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            var buffer = new byte[MaxLength + 1];
            var length = file.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
            return length <= MaxLength ? buffer[..length] : throw Invalid(path, $"is longer than {MaxLength} bytes; a public half is not");
        }
        catch (Exception failure) when (failure is FileNotFoundException or DirectoryNotFoundException)
        {
            throw NotFound(path, "does not exist.", failure);
        }
        catch (Exception failure) when (DiskFailure.Is(failure) || failure is ArgumentException or NotSupportedException)
        {
            throw NotFound(path, $"cannot be read: {failure.Message}", failure);
        }
    }

    private static EnvelopeException NotFound(string path, string why, Exception? inner = null) =>
        new(EnvelopeError.PublicKeyNotFound, $"the file '{DisplayText.OneLine(path)}' {why}", inner);

    private static EnvelopeException Invalid(string path, string why) =>
        new(EnvelopeError.PublicKeyInvalid, $"the file '{DisplayText.OneLine(path)}' {why}.");
}
