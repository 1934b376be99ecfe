using System.Management.Automation;
using EnvelopeCrypto.Batches;
using EnvelopeCrypto.Files;

namespace EnvelopeCrypto.PowerShell;

/// <summary>A cmdlet that makes a file of each file: below -DestinationPath, or beside it.</summary>
public abstract class EnvelopeOutputCmdlet : EnvelopeFileCmdlet<FileResult>
{
    /// <summary>Where the outputs go: a folder, or for one file a file.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public virtual string? DestinationPath { get; set; }

    /// <summary>The folder below which the tree is kept in the destination.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Root { get; set; }

    /// <summary>Replace only outputs whose source changed.</summary>
    [Parameter]
    public SwitchParameter Update { get; set; }

    /// <summary>Replace outputs that exist.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Remove each source after its output was flushed to the disk, read back whole and compared.</summary>
    [Parameter]
    public SwitchParameter RemoveSource { get; set; }

    /// <summary>Do nothing unless the destination's folder is a mount point; on Windows, unless it is off the system's drive.</summary>
    [Parameter]
    public SwitchParameter RequireMount { get; set; }

    /// <summary>The work that makes outputs.</summary>
    /// <param name="verb">What it does to a file, for people.</param>
    /// <param name="rename">From the name of an input to that of its output.</param>
    /// <param name="onlyFolder">Whether the destination is a folder in any case.</param>
    /// <param name="workAsync">The work on one file.</param>
    private protected FileWork<FileResult> Outputs(
        string verb, Func<string, string> rename, bool onlyFolder, Func<BatchItem, CancellationToken, Task<FileResult>> workAsync)
    {
        if (FollowSymlink && RemoveSource)
            ThrowTerminatingError(FollowingRemoval());
        var destination = DestinationPath is null ? null : Resolve(DestinationPath);
        var isFolder = destination is not null && (onlyFolder || IsFolder(destination));
        if (RequireMount)
            RequireMounted(destination, isFolder);
        var work = new FileWork<FileResult>
        {
            WorkAsync = workAsync,
            Write = result => WriteUnlessSummed(new EnvelopeFileResult(result)),
            Wanted = entry => Approved(entry.Path, $"{verb} into {OutputOf(entry)}{(RemoveSource ? " and remove the source" : "")}"),
            Preview = result => PreviewText.Of(result, RemoveSource),
            Batch = new BatchOptions { OutputFor = OutputOf },
            Passes = RemoveSource ? 2 : 1,
        };
        return work with
        {
            Selection = work.Selection with
            {
                Root = Root is null ? null : Resolve(Root),
                Destination = isFolder ? destination : null,
                MayReplace = Force || Update,
                RemovesSources = RemoveSource,
            },
        };

        string OutputOf(SourceEntry entry) => entry.OutputAt(destination, isFolder, rename);
    }

    // Who makes the links that are followed would decide which files go.
    private static ErrorRecord FollowingRemoval() => new(
        new PSInvalidOperationException("-FollowSymlink does not go with -RemoveSource: links could lead it to files outside of the tree."),
        "FollowSymlinkWithRemoveSource",
        ErrorCategory.InvalidArgument,
        targetObject: null);

    private static void RequireMounted(string? destination, bool isFolder) => RequiredMount.Require(
        (isFolder ? destination : System.IO.Path.GetDirectoryName(destination))
        ?? throw new EnvelopeException(EnvelopeError.DestinationRequired, "-RequireMount is about -DestinationPath, and there is none."));

    // All but one named file go into a folder. What a pipeline will bring no one knows beforehand, as the tool does of its arguments.
    private bool IsFolder(string destination)
    {
        string[] given = [.. Path, .. LiteralPath];
        var isOneFile = !MyInvocation.ExpectingInput && !Recurse && given.Length == 1
            && !(Path.Length == 1 && Primitives.WildcardPattern.HasWords(Path[0]));
        return !isOneFile || Directory.Exists(destination) || System.IO.Path.EndsInDirectorySeparator(destination);
    }
}
