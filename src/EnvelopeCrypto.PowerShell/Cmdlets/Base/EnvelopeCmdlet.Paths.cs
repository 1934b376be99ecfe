using System.Management.Automation;

namespace EnvelopeCrypto.PowerShell;

/// <content>From paths of PowerShell to those of the system.</content>
public abstract partial class EnvelopeCmdlet
{
    /// <summary>A destination or root of PowerShell's as a path of the system's.</summary>
    /// <exception cref="EnvelopeException">
    /// OutputFailed: there is no such drive, or it is another provider's, and the output would land who knows where.
    /// </exception>
    protected string Resolve(string path)
    {
        try
        {
            return SourcePath(path);
        }
        catch (EnvelopeException failure)
        {
            throw new EnvelopeException(EnvelopeError.OutputFailed, failure.Reason, failure);
        }
    }

    /// <summary>The path of an input as the system knows it; wildcards stay.</summary>
    /// <exception cref="EnvelopeException">
    /// SourceNotAFile for the drive of another provider; SourceNotFound where there is no such drive or provider,
    /// or the path makes no sense.
    /// </exception>
    protected string SourcePath(string path)
    {
        try
        {
            var resolved = SessionState.Path.GetUnresolvedProviderPathFromPSPath(path, out var provider, out _);
            return provider.Name == "FileSystem"
                ? resolved
                : throw new EnvelopeException(
                    EnvelopeError.SourceNotAFile,
                    $"'{path}' is on the drive of another provider ({provider.Name}); only files and folders can be named.");
        }
        catch (Exception failure) when (failure is SessionStateException or ProviderInvocationException or PSArgumentException or ArgumentException or PSInvalidOperationException or NotSupportedException)
        {
            throw new EnvelopeException(EnvelopeError.SourceNotFound, $"'{path}': {failure.Message}", failure);
        }
    }

    /// <summary>
    /// The path of an input letter by letter. PowerShell itself takes a backslash for a separator on every system, and ~ and a colon for
    /// words of its own: here a name that is there comes before them.
    /// </summary>
    /// <exception cref="EnvelopeException">As of <see cref="SourcePath"/>.</exception>
    protected string LiteralSourcePath(string path)
    {
        if (ProviderPath.TryFile(path) is { } file)
            return file;
        var location = SessionState.Path.CurrentLocation;
        if (OperatingSystem.IsWindows() || path.Length == 0 || path.Contains('\0', StringComparison.Ordinal) || location.Provider.Name != "FileSystem")
            return SourcePath(path);
        var named = System.IO.Path.GetFullPath(path, location.ProviderPath);
        var isPerhapsPowerShells = path[0] == '~' || path.Contains(':', StringComparison.Ordinal);
        return isPerhapsPowerShells && Disk.FileSystem.Default.StatusOf(named) is null ? SourcePath(path) : named;
    }
}
