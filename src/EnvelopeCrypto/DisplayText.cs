using System.Globalization;
using System.Text;

namespace EnvelopeCrypto;

/// <summary>
/// Names and claims from files, made safe to show: they can hold newlines, terminal commands and text that runs backwards.
/// </summary>
internal static class DisplayText
{
    /// <summary>The text in one line; control and format characters are shown as <c>\u000a</c>.</summary>
    public static string OneLine(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (!text.Any(IsUnprintable))
            return text;
        var line = new StringBuilder(text.Length + 16);
        foreach (var c in text)
        {
            if (IsUnprintable(c))
                line.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
            else
                line.Append(c);
        }
        return line.ToString();
    }

    private static bool IsUnprintable(char c) => char.GetUnicodeCategory(c)
        is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
}
