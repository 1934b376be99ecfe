using System.Buffers;
using System.IO.Enumeration;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Win32.SafeHandles;

namespace EnvelopeCrypto.Disk;

/// <summary>A file being written, mode 0600: without a name where the system can, else under one of our temporary names.</summary>
/// <param name="Handle">Open for reading and writing, for nobody else.</param>
/// <param name="Folder">The folder that the final name will be in.</param>
/// <param name="Path">Null while it has no name.</param>
internal sealed partial record TemporaryFile(SafeFileHandle Handle, string Folder, string? Path)
{
    private const string Prefix = ".envelope-";
    private const string Suffix = ".tmp";
    private const string LockSuffix = ".lock";
    private const int RandomBytes = 8;
    private const int MarkBytes = 4;
    private const int LockHexDigits = 32; // of EnvelopeName.LockFor
    private static readonly EnumerationOptions All = new() { AttributesToSkip = default, IgnoreInaccessible = false };
    private static readonly SearchValues<char> LowerHex = SearchValues.Create("0123456789abcdef");

    /// <summary>
    /// A new temporary name: <c>.envelope-</c>, 24 hexadecimal digits, <c>.tmp</c>. The last 8 digits are a mark
    /// that follows from the others: what has such a name is removed when nobody has it open, and nobody else makes one by chance.
    /// </summary>
    public static string NewPath(string folder)
    {
        var random = Convert.ToHexString(RandomNumberGenerator.GetBytes(RandomBytes)).ToLowerInvariant();
        return System.IO.Path.Combine(folder, $"{Prefix}{random}{MarkOf(random)}{Suffix}");
    }

    /// <summary>The files in a folder that have a temporary name or that of a lock.</summary>
    /// <exception cref="IOException">The folder cannot be listed.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be.</exception>
    public static IEnumerable<string> NamesIn(string folder) => new FileSystemEnumerable<string>(
        folder, (ref FileSystemEntry entry) => System.IO.Path.Join(entry.Directory, entry.FileName), All)
    {
        ShouldIncludePredicate = (ref FileSystemEntry entry) => IsName(entry.FileName) || IsLockName(entry.FileName),
    };

    /// <summary>Whether a file name is that of a lock beside an envelope.</summary>
    public static bool IsLockName(ReadOnlySpan<char> name) =>
        name.EndsWith(".evc" + LockSuffix, StringComparison.OrdinalIgnoreCase)
        || IsOurs(name, LockHexDigits, LockSuffix);

    /// <summary>Whether a file name is one that <see cref="NewPath"/> makes.</summary>
    public static bool IsName(ReadOnlySpan<char> name) =>
        IsOurs(name, 2 * (RandomBytes + MarkBytes), Suffix)
        && name[^(Suffix.Length + (2 * MarkBytes))..^Suffix.Length].SequenceEqual(MarkOf(name.Slice(Prefix.Length, 2 * RandomBytes)));

    /// <summary>A message of the system's, in which a temporary file has the name that people know.</summary>
    public static string NamedAs(string path, string message) =>
        QuotedName().Replace(message, $"'{path.Replace("$", "$$", StringComparison.Ordinal)}'");

    [GeneratedRegex(@"'[^']*[/\\]\.envelope-[0-9a-f]{24}\.tmp'", RegexOptions.None, 1000)]
    private static partial Regex QuotedName();

    private static string MarkOf(ReadOnlySpan<char> random)
    {
        Span<byte> text = stackalloc byte[2 * RandomBytes];
        Encoding.ASCII.GetBytes(random, text);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData([.. "evc temporary file"u8, .. text], hash);
        return Convert.ToHexString(hash[..MarkBytes]).ToLowerInvariant();
    }

    // To the letter: what has such a name is removed.
    private static bool IsOurs(ReadOnlySpan<char> name, int hexDigits, string suffix) =>
        name.Length == Prefix.Length + hexDigits + suffix.Length
        && name.StartsWith(Prefix, StringComparison.Ordinal)
        && name.EndsWith(suffix, StringComparison.Ordinal)
        && !name[Prefix.Length..^suffix.Length].ContainsAnyExcept(LowerHex);
}
