using EnvelopeCrypto.Disk;
using Microsoft.Win32.SafeHandles;

namespace EnvelopeCrypto.Files;

/// <summary>
/// The lock of an envelope that is there. A run that replaces or removes one holds it from its look at what is there until it is
/// done, so that no run destroys what another has just written. A new name needs none: it is given in one step, which fails when
/// somebody else has it by now.
/// </summary>
internal sealed class EnvelopeLock(FileSystem files, TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan RetryAfter = TimeSpan.FromMilliseconds(20);

    /// <exception cref="EnvelopeException">EnvelopeBusy: another holds it still; LocksUnavailable.</exception>
    /// <exception cref="IOException">The lock file cannot be made.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder cannot be written.</exception>
    public async ValueTask<FileLock> TakeAsync(FilePlace envelope, CancellationToken cancellationToken)
    {
        var lockFile = envelope with { Path = EnvelopeName.LockFor(envelope.Path) };
        return await FileLock.AcquireAsync(lockFile, Patience, time, cancellationToken, files) ?? throw Busy(lockFile.Path);
    }

    /// <summary>
    /// Holds a file with several names against those who write to it by another: each name has a lock of its own. The handle is for
    /// writing in place; null when the file has one name, may only be read or is gone.
    /// </summary>
    /// <exception cref="EnvelopeException">EnvelopeBusy: another holds it still.</exception>
    /// <exception cref="IOException">The file cannot be opened.</exception>
    public async ValueTask<SafeFileHandle?> HoldAsync(FilePlace envelope, CancellationToken cancellationToken)
    {
        if (files.StatusOf(envelope) is { Names: 1 })
            return null;
        var start = time.GetTimestamp();
        while (true)
        {
            if (TryHold(envelope, out var file))
                return file;
            if (time.GetElapsedTime(start) >= Patience)
                throw Busy(lockFile: null);
            await Task.Delay(RetryAfter, time, cancellationToken);
        }
    }

    /// <summary>Gives an output its name: a free one at once, one that is taken under its lock.</summary>
    /// <param name="output">The complete file.</param>
    /// <param name="envelope">Its name.</param>
    /// <param name="release">What it gets with its name.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <returns>The lock, if it was needed.</returns>
    /// <exception cref="EnvelopeException">EnvelopeBusy; DestinationExists, DiskFull, OutputFailed; what the last look throws.</exception>
    public async ValueTask<FileLock?> PublishAsync(
        OutputFile output, FilePlace envelope, Release release, CancellationToken cancellationToken)
    {
        if (!release.AlwaysLocked && output.TryPublishNew(release.Modified, release.Mode, release.Flush))
            return null;
        FileLock? mine = null;
        try
        {
            mine = await TakeAsync(envelope, cancellationToken);
            output.Publish(release.Modified, release.Mode, release.Flush, beforeNaming: release.LastLook);
            return mine;
        }
        catch (Exception failure)
        {
            mine?.Dispose();
            if (DiskFailure.Is(failure))
                throw DiskFailure.Writing(envelope.Path, failure);
            throw;
        }
    }

    private bool TryHold(FilePlace envelope, out SafeFileHandle? file)
    {
        file = null;
        try
        {
            using var folder = envelope.OpenFolder(files);
            file = files.OpenWrite(folder, envelope.Name, envelope.FollowsLink);
            if (files.TryHold(file))
                return true;
        }
        catch (Exception failure) when (failure is FileNotFoundException or DirectoryNotFoundException)
        {
            return true; // opening it to read reports that
        }
        catch (UnauthorizedAccessException)
        {
            return true; // no one writes to it: what replaces it leaves the other names as they are
        }
        catch (IOException failure) when (DiskFailure.IsInUse(failure))
        {
            // Windows lets one alone open it to write.
        }
        file?.Dispose();
        return false;
    }

    private static EnvelopeException Busy(string? lockFile) => new(
        EnvelopeError.EnvelopeBusy,
        "another run is at work on the envelope"
        + (lockFile is null ? "." : $", and holds '{lockFile}'.{FileLock.WhenOfAnotherUser(lockFile)}"));

    /// <param name="Modified">The output's time; null for now.</param>
    /// <param name="Mode">Its mode; null for its owner alone.</param>
    /// <param name="Flush">Whether it must be on the disk.</param>
    /// <param name="AlwaysLocked">Whether a new name is locked too, for what comes after.</param>
    /// <param name="LastLook">Under the lock: whether what was written is still what should be there.</param>
    internal sealed record Release(
        FileTime? Modified = null, UnixFileMode? Mode = null, bool Flush = false, bool AlwaysLocked = false, Action? LastLook = null);
}
