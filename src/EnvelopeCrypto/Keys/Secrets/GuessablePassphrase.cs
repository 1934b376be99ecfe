using System.Text;
using EnvelopeCrypto.Primitives;

namespace EnvelopeCrypto.Keys.Secrets;

/// <summary>
/// Finds passphrases that an attacker tries first, such as "a" or the user's name. No rule of a password policy: what is not found here
/// may still be weak. The passphrase is looked at in place, since a string of it could not be zeroed.
/// </summary>
internal static class GuessablePassphrase
{
    private const int MinCharacters = 8;
    private const int MinDistinct = 4;
    private const int MinDigits = 16;

    private static readonly string[] Common =
    [
        "abc", "admin", "administrator", "backup", "baseball", "changeme", "default", "dragon", "encrypt", "envelope", "envelopecrypto",
        "football",
        "geheim", "guest", "iloveyou", "key", "keyring", "letmein", "login", "master", "monkey", "oracle", "passphrase", "passw",
        "passwort",
        "password", "postgres", "princess", "qwerty", "qwertyuiop", "qwertz", "qwertzuiop", "root", "secret", "server", "sunshine",
        "superman",
        "test", "testing", "trustnoone", "user", "welcome", "winter", "summer", "spring", "autumn",
    ];

    /// <summary>A sentence for the one who chose it, or null.</summary>
    /// <param name="what">Which one: "the passphrase".</param>
    /// <param name="passphrase">UTF-8, not empty.</param>
    public static string? Warning(string what, SecretBytes passphrase) => Reason(passphrase.Span) is { } reason
        ? $"{what} is easily guessed: {reason}. Six words picked at random are good, or 20 random characters kept in a password manager."
        : null;

    /// <summary>Why it is easily guessed, or null.</summary>
    internal static string? Reason(ReadOnlySpan<byte> passphrase)
    {
        using var lower = new SecretBytes(passphrase);
        var text = lower.Span;
        Ascii.ToLowerInPlace(text, out _);
        if (IsWord(text, [AccountName.Current ?? "", Environment.MachineName]))
            return "it is the name of the user or of the machine";
        if (IsWord(text, Common))
            return "it is one of the passwords that everybody tries";
        if (Characters(text) < MinCharacters)
            return $"it has fewer than {MinCharacters} characters";
        if (text.Length < MinDigits && text.IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0)
            return "it is a short number";
        return Distinct(text) < MinDistinct || IsRow(text) ? "it repeats a few characters, or counts up" : null;
    }

    // What people put before or after a word adds little: "Password1!" is tried as early as "password".
    private static bool IsWord(Span<byte> text, string[] words)
    {
        using var plain = new SecretBytes(text);
        var letters = plain.Span.TrimStart(NotLetters).TrimEnd(NotLetters);
        foreach (ref var letter in letters)
            letter = AsLetter(letter);
        foreach (var word in words)
        {
            var known = Encoding.UTF8.GetBytes(word.ToLowerInvariant()).AsSpan();
            if (known.Length > 0 && (text.SequenceEqual(known) || letters.SequenceEqual(known.TrimStart(NotLetters).TrimEnd(NotLetters))))
                return letters.Length > 0 || text.SequenceEqual(known);
        }
        return false;
    }

    private static ReadOnlySpan<byte> NotLetters => "0123456789 !?.,;:-_+*#$%&/()=<>'\""u8;

    private static byte AsLetter(byte letter) => letter switch
    {
        (byte)'0' => (byte)'o',
        (byte)'1' or (byte)'!' => (byte)'i',
        (byte)'3' => (byte)'e',
        (byte)'4' or (byte)'@' => (byte)'a',
        (byte)'5' or (byte)'$' => (byte)'s',
        _ => letter,
    };

    // Bytes of UTF-8 that begin a character.
    private static int Characters(ReadOnlySpan<byte> text)
    {
        var count = 0;
        foreach (var letter in text)
            count += (letter & 0xc0) == 0x80 ? 0 : 1;
        return count;
    }

    private static int Distinct(ReadOnlySpan<byte> text)
    {
        var count = 0;
        for (var i = 0; i < text.Length; i++)
            count += text[..i].Contains(text[i]) ? 0 : 1;
        return count;
    }

    private static bool IsRow(ReadOnlySpan<byte> text)
    {
        for (var i = 1; i < text.Length; i++)
        {
            if (text[i] - text[i - 1] is not (0 or 1 or -1))
                return false;
        }
        return true;
    }
}
