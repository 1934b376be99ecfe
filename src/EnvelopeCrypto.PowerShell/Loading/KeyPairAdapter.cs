using System.Runtime.CompilerServices;
using EnvelopeCrypto.KeyPairs;
using EnvelopeCrypto.Keys.Pairs;

namespace EnvelopeCrypto.PowerShell;

/// <summary>
/// The way to the adapter for key pairs, which lives in a load context of its own: the first call loads it, and its library with it.
/// </summary>
internal static class KeyPairAdapter
{
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static IKeyEncapsulation Open() => new XWing();
}
