using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;
using static EnvelopeCrypto.Disk.WindowsCalls;

namespace EnvelopeCrypto.Disk;

/// <content>Open files: status, times, attributes, other names, and their end.</content>
internal sealed partial class WindowsFileSystem
{
    private const long EpochSeconds = 11_644_473_600; // from 1601 to 1970
    private const int NanosecondsPerTick = 100;

    public override FileStatus Status(SafeFileHandle file, string path) => Status(file);

    public override void FlushFolder(Folder folder)
    {
        // NTFS writes its journal then. Where a folder cannot be flushed, the file's own flush has to do.
        using var open = WindowsCalls.Open(folder.RealPath, AddFile | ReadAttributes, ShareAll, 0, OpenExisting, FolderToo, 0);
        if (!open.IsInvalid)
            _ = WindowsCalls.Flush(open);
    }

    public override void FlushStores(SafeFileHandle file)
    {
        // No file that is mapped can be removed.
    }

    // What a server keeps back, it tells of at a flush.
    public override bool TellsLate(SafeFileHandle file) => IsRemote(file);

    public override void SetModified(SafeFileHandle file, FileTime modified, bool keepsWhatItTakes = false)
    {
        // Windows counts from 1601, and FAT from 1980: an earlier time is not set, which the caller sees.
        var ticks = ((Int128)(modified.Seconds + EpochSeconds) * TimeSpan.TicksPerSecond) + (modified.Nanoseconds / NanosecondsPerTick);
        if (ticks <= 0 || ticks > DateTime.MaxValue.Ticks)
            return;
        if (!SetTimes(file, 0, 0, (long)ticks) && WindowsError.LastCode() is var error && !WindowsError.IsUnsupported(error))
            throw WindowsError.Of(error, "");
    }

    public override void CopyAttributes(SafeFileHandle from, SafeFileHandle to, bool ofAccess)
    {
        const FileAttributes kept = FileAttributes.Archive | FileAttributes.Hidden | FileAttributes.ReadOnly | FileAttributes.System
            | FileAttributes.NotContentIndexed;
        // All at the end: nothing more is written to a file that is read-only.
        if (!ofAccess)
            return;
        WindowsAccess.Copy(from, to);
        if (TryGetInformation(from, out var information))
            WindowsCalls.SetAttributes(to, information.Attributes & kept);
    }

    public override FileAttributes? Attributes(Folder folder, string name)
    {
        using var file = Open(folder, name, ReadAttributes, ShareAll, followLink: true, FolderToo);
        return TryGetInformation(file, out var information)
            ? information.Attributes
            : throw WindowsError.Of(WindowsError.LastCode(), folder.PathOf(name));
    }

    public override void SetAttributes(Folder folder, string name, FileAttributes attributes)
    {
        using var file = Open(folder, name, ReadAttributes | WriteAttributes, ShareAll, followLink: false);
        if (!WindowsCalls.SetAttributes(file, attributes))
            throw WindowsError.Of(WindowsError.LastCode(), folder.PathOf(name));
    }

    public override bool Publish(TemporaryFile file, string name, bool replace)
    {
        try
        {
            return Rename(file.Handle, file.Folder, file.Name!, name, replace);
        }
        catch (UnfinishedReplacementException)
        {
            throw; // the old file has no name of its own any more: the new one stays
        }
        catch
        {
            TryDelete(file.Folder, file.Name!);
            throw;
        }
    }

    public override bool Rename(Folder folder, string from, string to, bool replace)
    {
        using var file = Open(folder, from, DeleteIt | ReadAttributes, ShareAll, followLink: false);
        return Rename(file, folder, from, to, replace);
    }

    public override void Delete(Folder folder, string name)
    {
        using var file = WindowsCalls.Open(PathIn(folder, name), DeleteIt | ReadAttributes, ShareAll, 0, OpenExisting, LinkItself, 0);
        if (!file.IsInvalid)
            Delete(file, folder, name);
        else if (WindowsError.LastCode() is var error && error != WindowsError.FileNotFound)
            throw WindowsError.Of(error, folder.PathOf(name));
    }

    // No one else has it open to write then, and nothing takes its name meanwhile.
    public override bool Remove(Folder folder, string name, FileStatus known)
    {
        var access = DeleteIt | ReadData;
        using var file = WindowsCalls.Open(PathIn(folder, name), access, ShareRead | ShareDelete, 0, OpenExisting, LinkItself, 0);
        if (file.IsInvalid)
        {
            var error = WindowsError.LastCode();
            return error == WindowsError.FileNotFound ? false : throw WindowsError.Of(error, folder.PathOf(name));
        }
        if (!Status(file).IsUnchangedSince(known))
            return false;
        Delete(file, folder, name);
        return true;
    }

    private static bool Rename(SafeFileHandle file, Folder folder, string from, string to, bool replace)
    {
        var path = PathIn(folder, to);
        if (replace)
        {
            Replace(file, folder, from, to, path);
            return true;
        }
        if (WindowsCalls.Rename(file, path, replace: false))
            return true;
        var error = WindowsError.LastCode();
        if (WindowsError.IsUnsupported(error) && Move(PathIn(folder, from), path, replace: false, out error))
            return true;
        return error is WindowsError.AlreadyExists or WindowsError.FileExists
            ? false
            : throw WindowsError.Of(error, folder.PathOf(to), ofFolder: true);
    }

    // The best that this Windows and this file system have: in one step, even while others read the old file; in one step, if none does;
    // else in two.
    private static void Replace(SafeFileHandle file, Folder folder, string from, string to, string path)
    {
        if (WindowsCalls.Replace(file, path, ignoreReadOnly: true))
            return;
        var error = WindowsError.LastCode();
        // Windows 10 learnt to pass over the attribute later than the rest.
        if (WindowsError.IsUnsupported(error) && WindowsCalls.Replace(file, path, ignoreReadOnly: false))
            return;
        if (!WindowsError.IsUnsupported(error))
            throw WindowsError.Of(error, folder.PathOf(to), ofFolder: true);
        if (WindowsCalls.Rename(file, path, replace: true))
            return;
        error = WindowsError.LastCode();
        if (WindowsError.IsUnsupported(error) && Move(PathIn(folder, from), path, replace: true, out error))
            return;
        if (error is not (WindowsError.AccessDenied or WindowsError.SharingViolation or WindowsError.AlreadyExists))
            throw WindowsError.Of(error, folder.PathOf(to), ofFolder: true);
        ReplaceInTwoSteps(file, folder, from, to, path);
    }

    // The old file is open, or read-only: it steps aside, and goes when the new one has its name.
    private static void ReplaceInTwoSteps(SafeFileHandle file, Folder folder, string from, string to, string path)
    {
        const int randomSize = 4;
        var aside = $".envelope-{Convert.ToHexString(RandomNumberGenerator.GetBytes(randomSize)).ToLowerInvariant()}.old";
        using var old = Open(folder, to, DeleteIt | ReadAttributes, ShareAll, followLink: false);
        if (Status(old).Kind != FileKind.Regular)
            throw WindowsError.Of(WindowsError.AccessDenied, folder.PathOf(to));
        if (!WindowsCalls.Rename(old, PathIn(folder, aside), replace: false))
            throw WindowsError.Of(WindowsError.LastCode(), folder.PathOf(to));
        if (!WindowsCalls.Rename(file, path, replace: false))
        {
            var failure = WindowsError.Of(WindowsError.LastCode(), folder.PathOf(to), ofFolder: true);
            throw WindowsCalls.Rename(old, path, replace: false)
                ? failure
                : new UnfinishedReplacementException(folder.PathOf(to), folder.PathOf(aside), folder.PathOf(from), failure);
        }
        try
        {
            Delete(old, folder, aside);
        }
        catch (Exception failure) when (DiskFailure.Is(failure))
        {
            // The new file has its name, which is what was asked for; the old one stays beside it.
        }
    }

    private static bool Move(string from, string to, bool replace, out int error)
    {
        const uint replaceExisting = 1, writeThrough = 8;
        error = WindowsCalls.Move(from, to, writeThrough | (replace ? replaceExisting : 0)) ? 0 : WindowsError.LastCode();
        return error == 0;
    }

    // By handle, so that it is that very file.
    private static void Delete(SafeFileHandle file, Folder folder, string name)
    {
        if (RemoveName(file))
            return;
        var error = WindowsError.LastCode();
        if (!WindowsError.IsUnsupported(error))
            throw WindowsError.Of(error, folder.PathOf(name));
        if (MarkDeleted(file))
            return;
        error = WindowsError.LastCode();
        if (error != WindowsError.AccessDenied || !TryGetInformation(file, out var information) || !information.Attributes.HasFlag(FileAttributes.ReadOnly))
            throw WindowsError.Of(error, folder.PathOf(name));
        using var attributes = Open(folder, name, WriteAttributes | ReadAttributes, ShareAll, followLink: false);
        if (Status(attributes).IsSameFileAs(Status(file)))
            WindowsCalls.SetAttributes(attributes, information.Attributes & ~FileAttributes.ReadOnly);
        if (!MarkDeleted(file))
            throw WindowsError.Of(WindowsError.LastCode(), folder.PathOf(name));
    }

    private static FileStatus Status(SafeFileHandle file)
    {
        if (!IsOnDisk(file))
            return new FileStatus(FileKind.Special, 0, 0, 0, default, Mode: null);
        if (!TryGetInformation(file, out var found))
            throw WindowsError.Of(WindowsError.LastCode(), "");
        if (!TryGetId(file, out var volume, out var number))
            (volume, number) = (found.Volume, ((ulong)found.IndexHigh << 32) | found.IndexLow);
        const uint standsForAnother = 0x2000_0000; // of a reparse tag: symbolic links, junctions
        var kind = found.Attributes.HasFlag(FileAttributes.ReparsePoint) && (ReparseTag(file) & standsForAnother) != 0 ? FileKind.SymbolicLink
            : found.Attributes.HasFlag(FileAttributes.Directory) ? FileKind.Folder
            : found.Attributes.HasFlag(FileAttributes.Device) ? FileKind.Special
            : FileKind.Regular;
        var length = kind == FileKind.Regular ? ((long)found.LengthHigh << 32) | found.LengthLow : 0;
        var ticks = ((long)found.ModifiedHigh << 32) | found.ModifiedLow;
        var (seconds, rest) = Math.DivRem(ticks, TimeSpan.TicksPerSecond);
        var modified = new FileTime(seconds - EpochSeconds, (int)rest * NanosecondsPerTick);
        return new FileStatus(kind, volume, number, length, modified, Mode: null) { Names = found.Names };
    }
}
