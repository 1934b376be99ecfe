using System.Runtime.InteropServices;
using System.Security;

namespace EnvelopeCrypto.Primitives;

/// <summary>The characters of a SecureString, which the caller zeroes.</summary>
internal static class SecretText
{
    public static char[] ToChars(SecureString secret)
    {
        var pointer = Marshal.SecureStringToGlobalAllocUnicode(secret);
        try
        {
            var characters = new char[secret.Length];
            Marshal.Copy(pointer, characters, 0, characters.Length);
            return characters;
        }
        finally
        {
            Marshal.ZeroFreeGlobalAllocUnicode(pointer);
        }
    }
}
