namespace EnvelopeCrypto.KmsServer.Keys;

/// <summary>One version of a symmetric key's material, as rotation leaves it: old versions go on decrypting.</summary>
/// <param name="Id">32 random bytes that a ciphertext begins with; hexadecimal is KMS's KeyMaterialId.</param>
/// <param name="Key">32 bytes, AES-256.</param>
/// <param name="Created">When it became the current one.</param>
/// <param name="RotationType">AUTOMATIC, ON_DEMAND, or null for the first.</param>
internal sealed record MaterialVersion(byte[] Id, byte[] Key, DateTimeOffset Created, string? RotationType)
{
    public string IdText => Convert.ToHexString(Id).ToLowerInvariant();
}
