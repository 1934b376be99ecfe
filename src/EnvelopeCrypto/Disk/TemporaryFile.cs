using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Win32.SafeHandles;

namespace EnvelopeCrypto.Disk;

/// <summary>A file being written, mode 0600: without a name where the system can, else under one of our temporary names.</summary>
/// <param name="Handle">Open for reading and writing; locked, where there are locks, while it has a temporary name.</param>
/// <param name="Folder">The folder that the final name will be in.</param>
/// <param name="Name">Null while it has no name.</param>
internal sealed partial record TemporaryFile(SafeFileHandle Handle, Folder Folder, string? Name)
{
    private const string Prefix = ".envelope-";
    private const string Suffix = ".tmp";
    private const string LockSuffix = ".lock";
    private const int PartDigits = 8; // of the machine, the random part and the mark
    private const int LockHexDigits = 32; // of EnvelopeName.LockFor
    private static readonly SearchValues<char> LowerHex = SearchValues.Create("0123456789abcdef");
    private static readonly string Machine = HexOf("evc machine", MachineName());

    /// <summary>
    /// A new temporary name: <c>.envelope-</c>, 24 hexadecimal digits, <c>.tmp</c>. The first 8 digits say which machine made it, the last
    /// 8 are a mark that follows from the others: what has such a name is removed when its owner is gone, and no other program makes one by
    /// chance.
    /// </summary>
    public static string NewName()
    {
        var front = Machine + Convert.ToHexString(RandomNumberGenerator.GetBytes(PartDigits / 2)).ToLowerInvariant();
        return $"{Prefix}{front}{MarkOf(front)}{Suffix}";
    }

    /// <summary>Whether this machine made a temporary name.</summary>
    public static bool IsOfThisMachine(ReadOnlySpan<char> name) =>
        IsName(name) && name[Prefix.Length..].StartsWith(Machine, StringComparison.Ordinal);

    /// <summary>Whether a file name is that of a lock beside an envelope.</summary>
    public static bool IsLockName(ReadOnlySpan<char> name) =>
        name.EndsWith(".evc" + LockSuffix, StringComparison.OrdinalIgnoreCase)
        || IsOurs(name, LockHexDigits, LockSuffix);

    /// <summary>Whether a file name is one that <see cref="NewName"/> makes.</summary>
    public static bool IsName(ReadOnlySpan<char> name) =>
        IsOurs(name, 3 * PartDigits, Suffix)
        && name[^(Suffix.Length + PartDigits)..^Suffix.Length].SequenceEqual(MarkOf(name.Slice(Prefix.Length, 2 * PartDigits).ToString()));

    /// <summary>A message of the system's, in which a temporary file has the name that people know.</summary>
    public static string NamedAs(string path, string message) =>
        QuotedName().Replace(message, $"'{path.Replace("$", "$$", StringComparison.Ordinal)}'");

    [GeneratedRegex(@"'[^']*[/\\]\.envelope-[0-9a-f]{24}\.tmp'", RegexOptions.None, 60_000)]
    private static partial Regex QuotedName();

    private static string MarkOf(string front) => HexOf("evc temporary file", front);

    private static string HexOf(string purpose, string text) =>
        Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(purpose + text)).AsSpan(0, PartDigits / 2)).ToLowerInvariant();

    // Machines can have one name, and clones one id; both together are rarely another's.
    private static string MachineName()
    {
        const string idFile = "/etc/machine-id";
        try
        {
            return Environment.MachineName + (File.Exists(idFile) ? File.ReadAllText(idFile) : "");
        }
        catch (Exception failure) when (DiskFailure.Is(failure) || failure is InvalidOperationException)
        {
            return "";
        }
    }

    // To the letter: what has such a name is removed.
    private static bool IsOurs(ReadOnlySpan<char> name, int hexDigits, string suffix) =>
        name.Length == Prefix.Length + hexDigits + suffix.Length
        && name.StartsWith(Prefix, StringComparison.Ordinal)
        && name.EndsWith(suffix, StringComparison.Ordinal)
        && !name[Prefix.Length..^suffix.Length].ContainsAnyExcept(LowerHex);
}
