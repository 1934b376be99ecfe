using EnvelopeCrypto.Body;
using EnvelopeCrypto.Disk;
using EnvelopeCrypto.Format;
using Microsoft.Win32.SafeHandles;

namespace EnvelopeCrypto.Files;

/// <summary>
/// Writes an envelope anew beside the old one and lets it take its place, with the same owner, mode, access control list and extended
/// attributes. The old file stays until the new one is complete and on the disk.
/// </summary>
internal sealed class EnvelopeReplacement(FileSystem files)
{
    /// <summary>A header for the same envelope with other recipients, and perhaps another protected part.</summary>
    public static EnvelopeHeader HeaderFor(
        SourceFile input, EnvelopeHeader header, ProtectedHeader protectedHeader, IReadOnlyList<Recipient> recipients)
    {
        var isLong = Cobblestone.PlaintextLength(input.Status.Length - header.Layout.BodyOffset) >= EnvelopeWriter.TwoSlotLength;
        // A generation that has nearly run out starts again: the old slots do not come along.
        var generation = header.Generation < ulong.MaxValue - 1 ? header.Generation + 1 : 1;
        return EnvelopeHeader.Create(protectedHeader, recipients, isLong ? 2 : header.Layout.SlotCount, generation);
    }

    /// <param name="input">The old file.</param>
    /// <param name="anew">The new header.</param>
    /// <param name="bodyLength">Bytes of the new body, for which room is taken first; null where nothing proves how many there are.</param>
    /// <param name="writeBody">Writes it; gives the bytes that it has read of the old file, header and all.</param>
    /// <param name="lastLook">The last thing before the new file takes the old one's place; may throw.</param>
    /// <exception cref="EnvelopeException">SourceChanged, DiskFull, OutputFailed.</exception>
    public void Write(SourceFile input, EnvelopeHeader anew, long? bodyLength, Func<OutputFile, long> writeBody, Action? lastLook)
    {
        using var output = OutputFile.Create(files, input.Place, replace: true);
        if (bodyLength is { } length)
            output.Reserve(anew.Bytes.Length + length);
        output.Write(anew.Bytes.Span);
        var read = writeBody(output);
        RequireWritten(files, output.Handle, 0, anew.Bytes.Span);
        // Another file that has the name by now must not go.
        input.RequireUnchanged(read);
        input.KeepOwner(files, output);
        output.SetAccess(input.Status.Mode, () => input.KeepAccess(files, output));
        // The old file holds the only way in until this one is on the disk, name and all. To flush takes long; the name is looked at
        // once more after it, since another run can have put a newer envelope there.
        output.Publish(modified: null, mode: null, flush: true, LookAgain);

        void LookAgain()
        {
            lastLook?.Invoke();
            input.RequireInPlace();
        }
    }

    /// <exception cref="EnvelopeException">OutputFailed: the disk keeps other bytes than those that were written.</exception>
    public static void RequireWritten(FileSystem files, SafeFileHandle file, long offset, ReadOnlySpan<byte> bytes)
    {
        var back = new byte[bytes.Length];
        if (files.Read(file, offset, back) != back.Length || !bytes.SequenceEqual(back))
            throw new EnvelopeException(EnvelopeError.OutputFailed, "what was written does not read back; the disk may be failing.");
    }
}
