using System.CommandLine;
using EnvelopeCrypto.Batches;

namespace EnvelopeCrypto.Cli;

/// <summary>The options that say which files of a tree are meant, and how a run goes through them.</summary>
internal static class TreeOptions
{
    public static readonly Option<bool> Recurse = new("--recurse", "-r") { Description = "Include the files in folders, at any depth." };
    public static readonly Option<string?> Root = new("--root")
    {
        Description =
            "Folder below which paths are kept in the destination. "
            + "Default: the folder that was given, or a file's own.",
        HelpName = "FOLDER",
    };
    public static readonly Option<string[]> Include = Options.Many(
        "--include", "Only files that match; * ? [a-z] as in PowerShell. A pattern with a / matches the path below the root.", "PATTERN");
    public static readonly Option<string[]> Exclude = Options.Many("--exclude", "Skip files and folders that match.", "PATTERN");
    public static readonly Option<bool> FollowSymlink = new("--follow-symlink")
    {
        Description = "Follow symbolic links in a tree; by default they are left out.",
    };
    public static readonly Option<bool> AllowEmpty = new("--allow-empty")
    {
        Description = "Succeed when there are no matching files, as on a day without new ones.",
    };
    public static readonly Option<bool> Update = new("--update")
    {
        Description = "Do only what is new or has changed: keep an output that has its source's length and time, replace any other.",
    };
    public static readonly Option<bool> WhatIf = new("--what-if") { Description = "Show what would be done, and do nothing." };
    public static readonly Option<long?> ThrottleLimit = Options.Number(
        "--throttle-limit",
        "How many files to work on at once. Default: the number of processors; for a rewrap at least 8.",
        "N",
        min: 1,
        max: MostWorkers);

    public static readonly Option<string?> Summary = new("--summary")
    {
        Description = "At the end, write the run's totals and failures to this file as JSON.",
        HelpName = "FILE",
    };

    /// <summary>More workers than this only cost memory.</summary>
    private const int MostWorkers = 1024;

    /// <summary>Adds the options to a command that can go through trees.</summary>
    public static Command WithTrees(this Command command)
    {
        foreach (var option in new Option[] { Recurse, Root, Include, Exclude, FollowSymlink, AllowEmpty, Summary, ThrottleLimit })
            command.Add(option);
        return command;
    }

    /// <summary>Anyone who makes the links that are followed would decide which files go.</summary>
    public static void RequireNoFollowing(ParseResult parsed)
    {
        if (parsed.GetValue(FollowSymlink) && parsed.GetValue(Options.RemoveSource))
            throw new UsageException(
                $"{FollowSymlink.Name} does not go with {Options.RemoveSource.Name}: links could lead it to files outside of the tree.");
    }

    public static SourceSelection Selection(Invocation run, string? destination, bool envelopesOnly, bool takesEnvelopes = true) => new()
    {
        Recurse = run.Flag(Recurse),
        Root = run.Text(Root),
        Include = run.Many(Include),
        Exclude = run.Many(Exclude),
        FollowSymlink = run.Flag(FollowSymlink),
        AllowEmpty = run.Flag(AllowEmpty),
        RemovesSources = run.Flag(Options.RemoveSource),
        Destination = destination,
        EnvelopesOnly = envelopesOnly,
        TakesEnvelopes = takesEnvelopes,
    };
}
