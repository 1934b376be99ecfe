using EnvelopeCrypto.Files;

namespace EnvelopeCrypto.Cli;

/// <summary>Where the output of one input goes: what --destination says, or the name that follows from the input's.</summary>
internal static class Destination
{
    public const string Pipe = "-";

    /// <summary>The output's path, or <c>-</c>.</summary>
    public static string For(string source, string? destination, Func<string, string> nameFor)
    {
        if (destination is null)
            return source == Pipe ? Pipe : nameFor(source);
        if (destination == Pipe || !IsFolder(destination))
            return destination;
        if (source == Pipe)
            throw new UsageException("Standard input has no name: give --destination a file, not a folder.");
        return Path.Combine(destination, Path.GetFileName(nameFor(source)));
    }

    /// <summary>Several inputs need a folder, or names of their own.</summary>
    public static void Require(IReadOnlyList<string> sources, string? destination)
    {
        if (destination?.Length == 0)
            throw new UsageException("--destination is empty.");
        if (sources.Count(source => source == Pipe) > 1)
            throw new UsageException("Standard input can be read once only.");
        if (sources.Count > 1 && destination is not null && (destination == Pipe || !IsFolder(destination)))
            throw new UsageException("Several inputs cannot become one output: give --destination a folder that exists.");
    }

    public static bool IsFolder(string destination) => Path.EndsInDirectorySeparator(destination) || Directory.Exists(destination);

    public static string EnvelopeFor(string source) => EnvelopeName.ForEnvelope(source);

    public static string PlaintextFor(string source) => EnvelopeName.ForPlaintext(source);
}
