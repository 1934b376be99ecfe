using EnvelopeCrypto.Disk;

namespace EnvelopeCrypto.Files;

/// <summary>
/// The lock of an envelope that is there. Whoever replaces or removes one holds it from when he looks at what there is until he is
/// done, so that no run destroys what another has just written. A new name needs none: it is given in one step, which fails when
/// somebody else has it by now.
/// </summary>
internal sealed class EnvelopeLock(FileSystem files, TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <exception cref="EnvelopeException">EnvelopeBusy: another holds it still.</exception>
    /// <exception cref="IOException">The lock file cannot be made.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder cannot be written.</exception>
    public async ValueTask<FileLock> TakeAsync(string envelope, CancellationToken cancellationToken) =>
        await FileLock.AcquireAsync(EnvelopeName.LockFor(envelope), Patience, time, cancellationToken, files)
        ?? throw new EnvelopeException(EnvelopeError.EnvelopeBusy, "another run is at work on the envelope.");

    /// <summary>Gives an output its name: a free one at once, one that is taken under its lock.</summary>
    /// <param name="output">The complete file.</param>
    /// <param name="envelope">Its name.</param>
    /// <param name="release">What it gets with its name.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <returns>The lock, if it was needed.</returns>
    /// <exception cref="EnvelopeException">EnvelopeBusy; DestinationExists, DiskFull, OutputFailed; what the last look throws.</exception>
    public async ValueTask<FileLock?> PublishAsync(OutputFile output, string envelope, Release release, CancellationToken cancellationToken)
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
                throw DiskFailure.Writing(envelope, failure);
            throw;
        }
    }

    /// <param name="Modified">The output's time; null for now.</param>
    /// <param name="Mode">Its mode; null for its owner alone.</param>
    /// <param name="Flush">Whether it must be on the disk.</param>
    /// <param name="AlwaysLocked">Whether a new name is locked too, for what comes after.</param>
    /// <param name="LastLook">Under the lock: whether what was written is still what should be there.</param>
    internal sealed record Release(FileTime? Modified = null, UnixFileMode? Mode = null, bool Flush = false, bool AlwaysLocked = false, Action? LastLook = null);
}
