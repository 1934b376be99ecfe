using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace EnvelopeCrypto.Batches;

/// <summary>A path in 16 bytes, for runs over many: the first 128 bits of its SHA-256, so that no one can make two of them meet.</summary>
/// <remarks>Two numbers and not one of 128 bits, which would be aligned to 16 bytes and make an entry of a table larger.</remarks>
internal readonly record struct PathHash(ulong First, ulong Second)
{
    public static PathHash Of(string path)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(path), hash);
        return MemoryMarshal.Read<PathHash>(hash);
    }
}
