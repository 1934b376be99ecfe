using System.CommandLine;
using System.Globalization;

namespace EnvelopeCrypto.Cli;

/// <summary>Days and times of the command line: local time, as in PowerShell, unless an offset or Z is given.</summary>
internal static class Moment
{
    private static readonly string[] Forms = ["yyyy-MM-dd", "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mmK"];

    /// <summary>Null when the option was not given.</summary>
    /// <exception cref="UsageException">It is not a day or time.</exception>
    public static DateTimeOffset? Parse(Invocation run, Option<string?> option)
    {
        if (run.Text(option) is not { } text)
            return null;
        return DateTimeOffset.TryParseExact(text, Forms, CultureInfo.InvariantCulture, DateTimeStyles.AssumeLocal, out var moment)
            ? moment
            : throw new UsageException(
                $"{option.Name} takes a day or time such as 2026-11-21 or 2026-11-21T17:00:00Z, not '{DisplayText.OneLine(text)}'.");
    }
}
