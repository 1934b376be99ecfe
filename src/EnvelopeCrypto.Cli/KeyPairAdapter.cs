using System.Runtime.CompilerServices;
using EnvelopeCrypto.KeyPairs;
using EnvelopeCrypto.Keys.Pairs;

namespace EnvelopeCrypto.Cli;

/// <summary>The way to the adapter for key pairs, which is loaded, and its library with it, when a key pair is first used.</summary>
internal static class KeyPairAdapter
{
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static IKeyEncapsulation Open() => new XWing();
}
