using System.Globalization;
using System.Text;

namespace EnvelopeCrypto.Files;

/// <summary>
/// The rule for a sealed file name: it must be a bare name on every system, since anyone who made the envelope chose it. No separator,
/// no <c>:</c>, no control character, no reserved device name, no dot or blank at its end.
/// </summary>
internal static class SealedName
{
    private const int MaxBytes = 255;

    private static readonly HashSet<string> Devices = new(StringComparer.Ordinal)
    {
        "CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$",
        "COM0", "COM1", "COM2", "COM3", "COM4", "COM5", "COM6", "COM7", "COM8", "COM9", "COM¹", "COM²", "COM³",
        "LPT0", "LPT1", "LPT2", "LPT3", "LPT4", "LPT5", "LPT6", "LPT7", "LPT8", "LPT9", "LPT¹", "LPT²", "LPT³",
    };

    public static bool IsSafe(string name) =>
        name.Length > 0
        && Encoding.UTF8.GetByteCount(name) <= MaxBytes
        && !name.Any(c => c is '/' or '\\' or ':' || CharUnicodeInfo.GetUnicodeCategory(c) == UnicodeCategory.Control)
        && !name.EndsWith('.') && !name.EndsWith(' ')
        && !HasLoneSurrogate(name)
        && !Devices.Contains(Stem(name));

    // Windows ignores what follows the first dot, blanks before it, and the case of a to z.
    private static string Stem(string name) =>
        string.Concat(name.Split('.')[0].TrimEnd(' ').Select(c => char.IsAsciiLetterLower(c) ? (char)(c - 0x20) : c));

    private static bool HasLoneSurrogate(string name)
    {
        for (var i = 0; i < name.Length; i++)
        {
            if (char.IsHighSurrogate(name[i]) && i + 1 < name.Length && char.IsLowSurrogate(name[i + 1]))
                i++;
            else if (char.IsSurrogate(name[i]))
                return true;
        }
        return false;
    }
}
