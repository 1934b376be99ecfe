using System.Buffers;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace EnvelopeCrypto.Disk;

/// <summary>A file being written, mode 0600: without a name where the system can, else under one of our temporary names.</summary>
/// <param name="Handle">Open for reading and writing, for nobody else.</param>
/// <param name="Folder">The folder that the final name will be in.</param>
/// <param name="Path">Null while it has no name.</param>
internal sealed record TemporaryFile(SafeFileHandle Handle, string Folder, string? Path)
{
    private const string Prefix = ".envelope-";
    private const string Suffix = ".tmp";
    private const string LockSuffix = ".lock";
    private const int RandomBytes = 8;
    private const int LockHexDigits = 32; // of EnvelopeName.LockFor
    private static readonly SearchValues<char> LowerHex = SearchValues.Create("0123456789abcdef");

    /// <summary>A new temporary name: <c>.envelope-</c>, 16 hexadecimal digits, <c>.tmp</c>.</summary>
    public static string NewPath(string folder) =>
        System.IO.Path.Combine(folder, $"{Prefix}{Convert.ToHexString(RandomNumberGenerator.GetBytes(RandomBytes)).ToLowerInvariant()}{Suffix}");

    /// <summary>Whether a file name is that of a lock beside an envelope.</summary>
    public static bool IsLockName(ReadOnlySpan<char> name) =>
        name.EndsWith(".evc" + LockSuffix, StringComparison.OrdinalIgnoreCase)
        || IsOurs(name, LockHexDigits, LockSuffix);

    /// <summary>Whether a file name is one that <see cref="NewPath"/> makes.</summary>
    public static bool IsName(ReadOnlySpan<char> name) => IsOurs(name, 2 * RandomBytes, Suffix);

    // To the letter: what has such a name is removed.
    private static bool IsOurs(ReadOnlySpan<char> name, int hexDigits, string suffix) =>
        name.Length == Prefix.Length + hexDigits + suffix.Length
        && name.StartsWith(Prefix, StringComparison.Ordinal)
        && name.EndsWith(suffix, StringComparison.Ordinal)
        && !name[Prefix.Length..^suffix.Length].ContainsAnyExcept(LowerHex);
}
