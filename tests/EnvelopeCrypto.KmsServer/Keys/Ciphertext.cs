using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace EnvelopeCrypto.KmsServer.Keys;

/// <summary>
/// The ciphertext of a symmetric key, opaque to clients: version (1), material id (32), nonce (12), AES-256-GCM ciphertext, tag (16).
/// The additional data is the key's name and the encryption context, each length-prefixed and sorted by UTF-8 bytes, so that no two
/// contexts give the same bytes.
/// </summary>
internal static class Ciphertext
{
    private const byte Version = 1;
    private const int IdLength = 32;
    private const int NonceLength = 12;
    private const int TagLength = 16;
    private const int Overhead = 1 + IdLength + NonceLength + TagLength;

    public static byte[] Seal(KmsKey key, IReadOnlyDictionary<string, string> context, ReadOnlySpan<byte> plaintext)
    {
        var material = key.Material.Current;
        var blob = new byte[Overhead + plaintext.Length];
        blob[0] = Version;
        material.Id.CopyTo(blob, 1);
        var nonce = blob.AsSpan(1 + IdLength, NonceLength);
        RandomNumberGenerator.Fill(nonce);
        using var aes = new AesGcm(material.Key, TagLength);
        var sealedPart = blob.AsSpan(1 + IdLength + NonceLength, plaintext.Length);
        aes.Encrypt(nonce, plaintext, sealedPart, blob.AsSpan(^TagLength..), AdditionalData(key, context));
        return blob;
    }

    /// <summary>The id of the material that made it, without a check of anything else; null when it is no ciphertext of ours.</summary>
    public static byte[]? MaterialId(ReadOnlySpan<byte> blob) =>
        blob.Length >= Overhead && blob[0] == Version ? blob.Slice(1, IdLength).ToArray() : null;

    /// <summary>The plaintext; null when the ciphertext or the context is not the one it was made with.</summary>
    public static byte[]? Open(KmsKey key, IReadOnlyDictionary<string, string> context, ReadOnlySpan<byte> blob)
    {
        if (key.Material.Find(MaterialId(blob)) is not { } material)
            return null;
        var plaintext = new byte[blob.Length - Overhead];
        var nonce = blob.Slice(1 + IdLength, NonceLength);
        var sealedPart = blob.Slice(1 + IdLength + NonceLength, plaintext.Length);
        using var aes = new AesGcm(material.Key, TagLength);
        try
        {
            aes.Decrypt(nonce, sealedPart, blob[^TagLength..], plaintext, AdditionalData(key, context));
            return plaintext;
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }
    }

    private static byte[] AdditionalData(KmsKey key, IReadOnlyDictionary<string, string> context)
    {
        using var bytes = new MemoryStream();
        Append(bytes, Encoding.UTF8.GetBytes(key.CiphertextName));
        var pairs = context.Select(pair => (Key: Encoding.UTF8.GetBytes(pair.Key), Value: Encoding.UTF8.GetBytes(pair.Value))).ToArray();
        Array.Sort(pairs, (a, b) => a.Key.AsSpan().SequenceCompareTo(b.Key));
        foreach (var (name, value) in pairs)
        {
            Append(bytes, name);
            Append(bytes, value);
        }
        return bytes.ToArray();
    }

    private static void Append(MemoryStream bytes, byte[] part)
    {
        Span<byte> length = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(length, (uint)part.Length);
        bytes.Write(length);
        bytes.Write(part);
    }
}
