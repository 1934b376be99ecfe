using System.Globalization;
using System.Text;

namespace EnvelopeCrypto;

/// <summary>
/// Names and claims from files, made safe to show: they can hold newlines, terminal commands and text that runs backwards.
/// </summary>
internal static class DisplayText
{
    /// <summary>
    /// The text in one line; control and format characters are shown as <c>\u000a</c>, those past U+FFFF as their two halves.
    /// </summary>
    public static string OneLine(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (!text.EnumerateRunes().Any(IsUnprintable))
            return text;
        var line = new StringBuilder(text.Length + 16);
        foreach (var rune in text.EnumerateRunes())
        {
            var characters = rune.ToString();
            if (!IsUnprintable(rune))
                line.Append(characters);
            else
                line.AppendJoin("", characters.Select(c => $"\\u{(int)c:x4}"));
        }
        return line.ToString();
    }

    private static bool IsUnprintable(Rune rune) => Rune.GetUnicodeCategory(rune)
        is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
}
