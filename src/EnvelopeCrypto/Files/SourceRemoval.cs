using System.Collections.Concurrent;
using EnvelopeCrypto.Body;
using EnvelopeCrypto.Disk;
using EnvelopeCrypto.Format;
using EnvelopeCrypto.Keys;

namespace EnvelopeCrypto.Files;

/// <summary>
/// Removes sources, each after its output was proven: on the disk, name and all, and read back from there by its name. The envelope, be
/// it output or source, is opened as any reader would open it, and what it holds is compared with the plaintext byte by byte. All
/// that under the envelope's lock: until the source is gone no other run replaces what stands for it.
/// </summary>
internal sealed class SourceRemoval(KekSession session, FileSystem files, CopyWorkers workers, EnvelopeLock envelopeLock)
{
    private readonly ConcurrentDictionary<(ulong Volume, UInt128 Folder, string Name), string> _outputs = new();
    private readonly FoldersAbove _above = new(files);

    /// <summary>
    /// Claims an output for one source of this run, whatever links its path goes by: a second one would replace what by then is the
    /// only copy of the first.
    /// </summary>
    /// <exception cref="EnvelopeException">DuplicateOutput; OutputFailed when the folder cannot be looked up.</exception>
    public void Claim(string source, FilePlace output)
    {
        try
        {
            using var open = output.OpenFolder(files);
            if (files.Status(open, ".") is not { } folder || (folder.Volume, folder.Number) == (0, 0))
                return;
            var first = _outputs.GetOrAdd((folder.Volume, folder.Number, output.Name), source);
            if (first != source)
                throw new EnvelopeException(EnvelopeError.DuplicateOutput, $"its output would be that of '{first}', which came first.");
        }
        catch (Exception failure) when (DiskFailure.Is(failure))
        {
            throw DiskFailure.Writing(output.Path, failure);
        }
    }

    /// <param name="source">The plaintext, open since before it was encrypted.</param>
    /// <param name="output">Its envelope.</param>
    /// <param name="held">The envelope's lock, if the caller has it already.</param>
    /// <param name="named">The KEKs that it was encrypted for.</param>
    /// <param name="progress">Is told how many bytes more were compared.</param>
    /// <param name="cancellationToken">Stops the comparison; the source stays.</param>
    /// <exception cref="EnvelopeException">SourceKept.</exception>
    public Task RemovePlaintextAsync(
        SourceFile source,
        FilePlace output,
        FileLock? held,
        IReadOnlyList<string> named,
        Action<int>? progress,
        CancellationToken cancellationToken) => RemoveAsync(
        source,
        output,
        held is null ? output : null,
        async envelope => session.RequireStillThere(
            await CompareAsync(envelope, source, EncryptionContext.Empty, named, progress, cancellationToken)),
        cancellationToken);

    /// <param name="source">The envelope, open since before it was decrypted.</param>
    /// <param name="output">Its plaintext.</param>
    /// <param name="required">Pairs that its context must have.</param>
    /// <param name="progress">Is told how many bytes more were compared.</param>
    /// <param name="cancellationToken">Stops the comparison; the source stays.</param>
    /// <exception cref="EnvelopeException">SourceKept.</exception>
    public Task RemoveEnvelopeAsync(
        SourceFile source,
        FilePlace output,
        EncryptionContext required,
        Action<int>? progress,
        CancellationToken cancellationToken) => RemoveAsync(
        source,
        output,
        source.Place,
        plaintext => CompareAsync(source, plaintext, required, named: [], progress, cancellationToken),
        cancellationToken);

    private async Task RemoveAsync(
        SourceFile source, FilePlace output, FilePlace? unlocked, Func<SourceFile, Task> compareAsync, CancellationToken cancellationToken)
    {
        try
        {
            using var mine = unlocked is null ? null : await envelopeLock.TakeAsync(unlocked, cancellationToken);
            if (files.Status(source.Folder, source.Place.Name) is { Kind: FileKind.SymbolicLink })
            {
                throw new EnvelopeException(
                    EnvelopeError.SourceKept, "it is a symbolic link, and neither a link nor what it leads to is removed.");
            }
            FlushWritten(output);
            using var written = SourceFile.Open(files, output);
            files.Forget(written.Handle);
            files.FlushStores(source.Handle);
            await compareAsync(written);
            if (!written.IsUnchanged() || !source.IsUnchanged() || !IsFolderInPlace(source) || !files.Remove(source.Folder, source.Place.Name, source.Status))
                throw new EnvelopeException(EnvelopeError.SourceKept, "one of the two changed while they were compared.");
        }
        catch (EnvelopeException failure)
        {
            throw Kept(output, failure.Reason, failure);
        }
        catch (Exception failure) when (DiskFailure.Is(failure))
        {
            throw Kept(
                output, failure is UnauthorizedAccessException ? "access to it, or to its folder, is denied." : failure.Message, failure);
        }
    }

    // Its folder can have been moved out of the tree since it was opened.
    private bool IsFolderInPlace(SourceFile source)
    {
        using var folder = source.Place.OpenFolder(files);
        return files.Status(folder, ".") is { } now
            && files.Status(source.Folder, ".") is { } then
            && ((then.Volume, then.Number) == (0, 0) || now.IsSameFileAs(then));
    }

    // By its name, so that it is the file that a reader will find. What an earlier run wrote is not on the disk either before this.
    private void FlushWritten(FilePlace output)
    {
        using var folder = output.OpenFolder(files);
        using var file = files.OpenToFlush(folder, output.Name, output.FollowsLink);
        files.Flush(file);
        files.FlushFolder(folder);
        _above.Flush(output.FullFolderPath);
    }

    // Gives the recipient that opened the envelope.
    private async Task<Recipient> CompareAsync(
        SourceFile envelope,
        SourceFile plaintext,
        EncryptionContext required,
        IReadOnlyList<string> named,
        Action<int>? progress,
        CancellationToken cancellationToken)
    {
        envelope.Stream.Position = 0;
        plaintext.Stream.Position = 0;
        var header = await envelope.ReadHeaderAsync(cancellationToken);
        using var opened = await OpenedEnvelope.OpenAsync(
            envelope.Stream, header, EnvelopeType.File, required, session, envelope.Path, cancellationToken, named);
        using var comparison = new ComparingStream(plaintext.Stream);
        opened.CopyTo(comparison, progress, cancellationToken, workers);
        comparison.RequireEnd();
        return opened.Opener;
    }

    private EnvelopeException Kept(FilePlace output, string reason, Exception failure) =>
        new(
            EnvelopeError.SourceKept, $"it was not removed: {reason.TrimEnd('.')}.{(IsThere(output) ? $" '{output}' is there too." : "")}",
            failure);

    private bool IsThere(FilePlace output)
    {
        try
        {
            return files.StatusOf(output) is not null;
        }
        catch (Exception failure) when (DiskFailure.Is(failure))
        {
            return false; // the reason that is told already counts
        }
    }
}
