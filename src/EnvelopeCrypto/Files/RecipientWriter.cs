using System.Buffers;
using EnvelopeCrypto.Body;
using EnvelopeCrypto.Disk;
using EnvelopeCrypto.Format;
using Microsoft.Win32.SafeHandles;

namespace EnvelopeCrypto.Files;

/// <summary>
/// Writes an envelope's new recipients: in place when it has two slots with room, else by writing it anew beside and renaming. A crash
/// at any moment leaves a file that opens.
/// </summary>
internal sealed class RecipientWriter(FileSystem files)
{
    private const int CopySize = 1024 * 1024;

    /// <exception cref="EnvelopeException">SourceChanged, DiskFull, OutputFailed.</exception>
    public void Write(SourceFile input, EnvelopeHeader header, IReadOnlyList<Recipient> recipients, CancellationToken cancellationToken)
    {
        input.RequireInPlace();
        var fits = header.HasRoomFor(RecipientList.ToJson(recipients)) && header.Generation < ulong.MaxValue - 1;
        using var file = fits ? TryOpenWrite(input) : null;
        if (file is not null)
            WriteInPlace(file, header, recipients);
        else
            WriteBeside(input, header, recipients, cancellationToken);
    }

    // Null for a file that may only be read, as the envelope of such a file is: whoever may write its folder can replace it.
    private SafeFileHandle? TryOpenWrite(SourceFile input)
    {
        SafeFileHandle file;
        try
        {
            file = files.OpenWrite(input.Path);
        }
        catch (UnauthorizedAccessException)
        {
            return null;
        }
        try
        {
            input.RequireSame(file);
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
            RequireWritten(file, offset, slot);
        }
    }

    private static void RequireWritten(SafeFileHandle file, long offset, ReadOnlySpan<byte> bytes)
    {
        var back = new byte[bytes.Length];
        if (RandomAccess.Read(file, back, offset) != back.Length || !bytes.SequenceEqual(back))
            throw new EnvelopeException(EnvelopeError.OutputFailed, "what was written does not read back; the disk may be failing.");
    }

    private void WriteBeside(SourceFile input, EnvelopeHeader header, IReadOnlyList<Recipient> recipients, CancellationToken cancellationToken)
    {
        var bodyLength = input.Status.Length - header.Layout.BodyOffset;
        var slotCount = Cobblestone.PlaintextLength(bodyLength) >= EnvelopeWriter.TwoSlotLength ? 2 : header.Layout.SlotCount;
        // A generation that has nearly run out starts again: the old slots do not come along.
        var generation = header.Generation < ulong.MaxValue - 1 ? header.Generation + 1 : 1;
        var anew = EnvelopeHeader.Create(header.Protected, recipients, slotCount, generation);

        using var output = OutputFile.Create(files, input.Path, replace: true);
        output.Reserve(anew.Bytes.Length + bodyLength);
        output.Write(anew.Bytes.Span);
        input.Stream.Position = header.Layout.BodyOffset;
        CopyRest(input, output, cancellationToken);
        RequireWritten(output.Handle, 0, anew.Bytes.Span);
        // Another file that has the name by now must not go.
        input.RequireUnchanged(input.Stream.Position);
        input.KeepOwner(files, output);
        // The old file holds the only way in until this one is on the disk, name and all.
        output.Publish(modified: null, input.Status.Mode, flush: true);
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
