using System.Globalization;
using System.Text;

namespace EnvelopeCrypto;

/// <summary>The one exception of the engine: an error id, a reason of one line, and the file that it is about.</summary>
public sealed class EnvelopeException : Exception
{
    internal EnvelopeException(EnvelopeError error, string reason, Exception? inner = null)
        : base(reason, inner)
    {
        Error = error;
    }

    /// <summary>What failed.</summary>
    public EnvelopeError Error { get; }

    /// <summary>The file that it is about, when there is one.</summary>
    public string? Path { get; internal set; }

    /// <summary>What failed and, where there is one, the way out; without the file's name.</summary>
    public string Reason => OneLine(base.Message);

    /// <summary>File and reason in one line. Control characters of a name are shown as <c>\u000a</c>.</summary>
    public override string Message => Path is null ? Reason : $"{OneLine(Path)}: {Reason}";

    /// <summary>Names the file, unless an inner step named one already.</summary>
    internal EnvelopeException About(string? path)
    {
        Path ??= path;
        return this;
    }

    /// <summary>The text with control characters, line separators and bidirectional overrides made visible.</summary>
    internal static string OneLine(string text)
    {
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
