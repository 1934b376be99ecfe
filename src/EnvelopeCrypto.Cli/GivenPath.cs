using System.CommandLine;

namespace EnvelopeCrypto.Cli;

/// <summary>Full paths as people are shown them: relative where a relative one was given. JSON has them in full.</summary>
internal static class GivenPath
{
    /// <summary>A path that follows from one that was given.</summary>
    public static string Of(string full, string given) =>
        Path.IsPathFullyQualified(given) ? full : Path.GetRelativePath(Environment.CurrentDirectory, full);

    /// <summary>The word of the command line that is this path, if there is one.</summary>
    public static string Of(string full, ParseResult parsed) =>
        parsed.Tokens.Select(token => token.Value).FirstOrDefault(word => word.Length > 0 && Path.GetFullPath(word) == full) ?? full;
}
