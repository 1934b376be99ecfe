using System.Buffers;
using EnvelopeCrypto.Disk;
using EnvelopeCrypto.Format;
using Microsoft.Win32.SafeHandles;

namespace EnvelopeCrypto.Files;

/// <summary>
/// Writes an envelope's new recipients: in place when it has two slots with room, else by writing it again beside and renaming. A crash
/// at any moment leaves a file that opens.
/// </summary>
/// <param name="files">The file system.</param>
/// <param name="held">The file, open for writing, when it had to be held before it was read; else null.</param>
internal sealed class RecipientWriter(FileSystem files, SafeFileHandle? held)
{
    private const int CopySize = 1024 * 1024;

    /// <param name="input">The envelope.</param>
    /// <param name="header">Its header.</param>
    /// <param name="recipients">All that it is to have.</param>
    /// <param name="cancellationToken">Stops the copying of a body.</param>
    /// <param name="lastLook">The last thing before the first change; may throw.</param>
    /// <returns>Whether that was in place: else another file has the name now.</returns>
    /// <exception cref="EnvelopeException">SourceChanged, DiskFull, OutputFailed.</exception>
    public bool Write(
        SourceFile input, EnvelopeHeader header, IReadOnlyList<Recipient> recipients, CancellationToken cancellationToken,
        Action? lastLook = null)
    {
        input.RequireInPlace();
        var fits = header.HasRoomFor(RecipientList.ToJson(recipients)) && header.Generation < ulong.MaxValue - 1;
        using var file = fits ? TryOpenWrite(input, header) : null;
        if (file is null)
        {
            WriteBeside(input, header, recipients, lastLook, cancellationToken);
            return false;
        }
        lastLook?.Invoke();
        WriteInPlace(file, header, recipients);
        input.RequireNamed();
        return true;
    }

    // Null for a file that may only be read, as the envelope of such a file is: anyone who may write its folder can replace it.
    private SafeFileHandle? TryOpenWrite(SourceFile input, EnvelopeHeader header)
    {
        SafeFileHandle file;
        try
        {
            file = held ?? files.OpenWrite(input.Folder, input.Place.Name, input.Place.FollowsLink);
        }
        catch (UnauthorizedAccessException)
        {
            return null;
        }
        try
        {
            input.RequireSame(file, header);
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    private void WriteInPlace(SafeFileHandle file, EnvelopeHeader header, IReadOnlyList<Recipient> recipients)
    {
        var slot = RecipientSlot.ToBytes(header.Generation + 1, RecipientList.ToJson(recipients), header.Layout.SlotSize);
        var idle = 1 - header.SelectedSlot;
        WriteSlot(idle);
        // The idle slot is on disk and right: from here on the new recipients count. Then the old ones are overwritten.
        WriteSlot(header.SelectedSlot);

        void WriteSlot(int index)
        {
            var offset = header.Layout.SlotOffset + ((long)index * header.Layout.SlotSize);
            files.Write(file, offset, slot);
            files.Flush(file);
            files.Forget(file, offset, slot.Length); // so that the disk is read
            EnvelopeReplacement.RequireWritten(files, file, offset, slot);
        }
    }

    private void WriteBeside(
        SourceFile input, EnvelopeHeader header, IReadOnlyList<Recipient> recipients, Action? lastLook, CancellationToken cancellationToken)
    {
        var anew = EnvelopeReplacement.HeaderFor(input, header, header.Protected, recipients);
        new EnvelopeReplacement(files).Write(input, anew, bodyLength: input.Status.Length - header.Layout.BodyOffset, output =>
        {
            input.Stream.Position = header.Layout.BodyOffset;
            CopyRest(input, output, cancellationToken);
            return input.Stream.Position;
        }, lastLook);
    }

    private static void CopyRest(SourceFile input, OutputFile output, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(CopySize);
        try
        {
            // No further than it was long: what grows as fast would never end.
            for (int count; input.Stream.Position <= input.Status.Length && (count = input.Stream.Read(buffer)) > 0;)
            {
                cancellationToken.ThrowIfCancellationRequested();
                output.Write(buffer.AsSpan(0, count));
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
