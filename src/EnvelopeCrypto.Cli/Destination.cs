using System.CommandLine;
using EnvelopeCrypto.Batches;
using EnvelopeCrypto.Files;

namespace EnvelopeCrypto.Cli;

/// <summary>Where outputs go: what --destination says, or beside their inputs.</summary>
internal sealed class Destination
{
    /// <summary>Standard input or output.</summary>
    public const string Pipe = "-";

    private readonly string? _given;

    /// <param name="paths">The inputs.</param>
    /// <param name="given">What --destination says; null when it is not there.</param>
    /// <param name="recurse">Whether directories are gone through.</param>
    public Destination(IReadOnlyList<string> paths, string? given, bool recurse)
    {
        if (given?.Length == 0)
            throw new UsageException("--destination is empty.");
        _given = given;
        IsPipeInput = RequireAlone(paths);
        var areSeveral = new InputPaths(paths).AreSeveral;
        IsFolder = given is not null and not Pipe
            && (areSeveral || Path.EndsInDirectorySeparator(given) || Directory.Exists(given) || (recurse && paths.Any(Directory.Exists)));
        IsPipe = given == Pipe || (given is null && IsPipeInput);
        if (IsPipeInput && IsFolder)
            throw new UsageException("Standard input has no name: give --destination a file, not a folder.");
        if (given == Pipe && (areSeveral || Directory.Exists(paths[0])))
            throw new UsageException("Several inputs, or a pattern, cannot go to one standard output: give --destination a folder.");
    }

    /// <summary>Whether the input is standard input.</summary>
    public bool IsPipeInput { get; }

    /// <summary>Whether the output is standard output.</summary>
    public bool IsPipe { get; }

    /// <summary>Whether outputs go below a folder, which is made when it is not there.</summary>
    public bool IsFolder { get; }

    /// <summary>Whether it is the one output's own name.</summary>
    public bool IsFile => _given is not null and not Pipe && !IsFolder;

    /// <summary>The folder that outputs go below; null when there is none.</summary>
    public string? Folder => IsFolder ? Path.GetFullPath(_given!) : null;

    /// <summary>The output of standard input into a file.</summary>
    public string File => _given!;

    /// <summary>That both ends are files, for what cannot be done with pipes.</summary>
    public void RequireFiles(Option option, bool isWanted)
    {
        if (isWanted && (IsPipe || IsPipeInput))
            throw new UsageException($"{option.Name} needs files at both ends: what went into a pipe cannot be read back.");
    }

    /// <summary>That the folder that outputs go into is a mount point, when that is wanted.</summary>
    /// <exception cref="EnvelopeException">DestinationNotMounted.</exception>
    public void RequireMount(Option option, bool isWanted)
    {
        if (!isWanted)
            return;
        if (IsPipe || _given is null)
            throw new UsageException($"{option.Name} is about --destination: give it a folder, or a file.");
        RequiredMount.Require(Folder ?? Path.GetDirectoryName(Path.GetFullPath(_given))!);
    }

    /// <summary>The output of an input.</summary>
    public string For(SourceEntry entry, Func<string, string> rename) => entry.OutputAt(_given, IsFolder, rename);

    /// <summary>Where a result is, for people.</summary>
    public string Shown(FileResult result) =>
        result.FullName is { } full ? DisplayText.OneLine(GivenPath.Of(full, _given ?? result.SourcePath)) : "(standard output)";

    private static bool RequireAlone(IReadOnlyList<string> paths)
    {
        if (!paths.Contains(Pipe, StringComparer.Ordinal))
            return false;
        return paths.Count == 1 ? true : throw new UsageException("Standard input goes alone, without other inputs.");
    }
}
