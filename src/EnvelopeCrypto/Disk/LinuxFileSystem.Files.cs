using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace EnvelopeCrypto.Disk;

/// <content>Open files: locks, flushing, times. See the man pages of flock(2), fcntl(2), pread(2), fsync(2) and futimens(3).</content>
internal partial class LinuxFileSystem
{
    private const uint BasicStatus = 0x7ff;
    private const int EmptyPath = 0x1000; // AT_EMPTY_PATH
    private const int ForceSync = 0x2000; // AT_STATX_FORCE_SYNC: a share is asked, whatever was remembered

    // File systems on a disk of this machine, or in its memory: what fsync(2) and write(2) do not tell, nothing later does.
    private static readonly HashSet<long> Local =
    [
        0xef53, 0x5846_5342, 0x9123_683e, 0x0102_1994, 0x8584_58f6, 0x794c_7630, 0x2fc1_2fc1, 0xf2f5_2010, // ext, xfs, btrfs, tmpfs, ramfs, overlay, zfs, f2fs
        0x2011_bab0, 0x4d44, 0x7366_746e, 0xca45_1a4e, 0x3153_464a, 0x5265_4973, 0x7371_7368, 0xe0f5_e1e2, // exfat, vfat, ntfs3, bcachefs, jfs, reiserfs, squashfs, erofs
    ];

    // NFS, SMB (three), Ceph, Lustre, GFS2, OCFS2: their locks are the server's, or the cluster's.
    private static readonly HashSet<long> Shared =
        [0x6969, 0x517b, 0xff53_4d42, 0xfe53_4d42, 0x00c3_6400, 0x0bd0_0bd0, 0x0116_1970, 0x7461_636f];

    public override FileStatus Status(SafeFileHandle file, string path) =>
        LinuxNative.Status(file, "", EmptyPath | ForceSync, BasicStatus, out var buffer) == 0 ? ToStatus(buffer) : throw LinuxError.Last();

    public override bool SharesLocks(SafeFileHandle file) => TypeOf(file) is { } type && (Local.Contains(type) || Shared.Contains(type));

    // F_OFD_SETLK: a lock of its own beside flock(2), so that readers go on. A share takes it for one that keeps readers out.
    public override bool TryHold(SafeFileHandle file)
    {
        const int setLock = 37;
        const short writeLock = 1;
        if (TypeOf(file) is { } type && Shared.Contains(type))
            return true;
        var whole = new LinuxNative.RangeLock { Type = writeLock };
        while (LinuxNative.Control(file, setLock, ref whole) != 0)
        {
            if (Marshal.GetLastPInvokeError() is var error && error != LinuxError.Interrupted)
                return error is not (LinuxError.WouldBlock or LinuxError.AccessDenied);
        }
        return true;
    }

    // Of these three, .NET's own ask of each handle first whether it can seek.
    public override long Length(SafeFileHandle file) => Status(file, "").Length;

    public override int Read(SafeFileHandle file, long offset, Span<byte> buffer)
    {
        while (true)
        {
            var read = LinuxNative.Read(file, buffer, buffer.Length, offset);
            if (read >= 0)
                return (int)read;
            if (Marshal.GetLastPInvokeError() != LinuxError.Interrupted)
                throw LinuxError.Last();
        }
    }

    public override void Write(SafeFileHandle file, long offset, ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            var written = LinuxNative.Write(file, bytes, bytes.Length, offset);
            if (written == 0 || (written < 0 && Marshal.GetLastPInvokeError() != LinuxError.Interrupted))
                throw LinuxError.Last();
            if (written < 0)
                continue;
            bytes = bytes[(int)written..];
            offset += written;
        }
    }

    public override void Reserve(SafeFileHandle file, long length)
    {
        int error;
        do
            error = LinuxNative.Allocate(file, 0, length); // which the runtime's own signals can interrupt
        while (error == LinuxError.Interrupted);
        // That there is no room must be known; that a file system cannot take it beforehand must not.
        if (error is LinuxError.NoSpace or LinuxError.OverQuota or LinuxError.TooLarge)
            throw new IOException(Marshal.GetPInvokeErrorMessage(error), error);
        if (error != 0)
            SetLength(file, length);
    }

    // .NET's own flush throws nothing when fsync(2) fails.
    public override void Flush(SafeFileHandle file)
    {
        while (LinuxNative.Synchronize(file) != 0)
        {
            if (Marshal.GetLastPInvokeError() is LinuxError.Invalid or LinuxError.NotSupported)
                return; // this file system has nothing to flush
            if (Marshal.GetLastPInvokeError() != LinuxError.Interrupted)
                throw LinuxError.Last();
        }
    }

    // Each close(2) of a descriptor sends what is left, that of a copy too; and of that one the answer can be looked at.
    public override void Settle(SafeFileHandle file)
    {
        const int duplicate = 1030; // F_DUPFD_CLOEXEC
        var copy = LinuxNative.Control(file, duplicate, 0);
        if (copy < 0)
            throw LinuxError.Last();
        if (LinuxNative.Close(copy) != 0 && Marshal.GetLastPInvokeError() != LinuxError.Interrupted)
            throw LinuxError.Last();
    }

    public override bool TellsLate(SafeFileHandle file) => TypeOf(file) is not { } type || !Local.Contains(type);

    public override bool ReplacesInSteps(Folder folder) => TellsLate(folder.Handle);

    // Advice: where it is not taken, the next read comes from memory.
    public override void Forget(SafeFileHandle file, long offset = 0, long? length = null)
    {
        const int dontNeed = 4;
        var page = Environment.SystemPageSize;
        var first = offset / page * page;
        var size = length is { } bytes ? (offset - first + bytes + page - 1) / page * page : 0; // 0: all that follow
        _ = LinuxNative.Advise(file, first, size, dontNeed);
    }

    public override void SetModified(SafeFileHandle file, FileTime modified, bool keepsWhatItTakes = false)
    {
        const long leave = 0x3fff_fffe; // UTIME_OMIT
        // two struct timespec: last access, last write
        if (LinuxNative.SetTimes(file, [0, leave, modified.Seconds, modified.Nanoseconds]) == 0
            && (keepsWhatItTakes || Status(file, "").Modified.Seconds == modified.Seconds))
            return;
        // Some file systems take one time alone and ignore it (libfuse 2), or refuse it.
        if (LinuxNative.SetTimes(file, [modified.Seconds, modified.Nanoseconds, modified.Seconds, modified.Nanoseconds]) != 0)
            throw LinuxError.Last();
    }

    public override void SetMode(SafeFileHandle file, UnixFileMode mode)
    {
        if (LinuxNative.SetMode(file, (int)mode) != 0)
            throw LinuxError.Last();
    }

    public override void CopyOwner(SafeFileHandle from, SafeFileHandle to) => FileOwner.Copy(to, Status(from, ""));

    public override void CopyAttributes(SafeFileHandle from, SafeFileHandle to, bool ofAccess) =>
        ExtendedAttributes.Copy(from, to, ofAccess);

    private static long? TypeOf(SafeFileHandle file)
    {
        Span<long> status = stackalloc long[32]; // struct statfs, whose first member is the type
        return LinuxNative.FileSystemStatus(file, status) == 0 ? status[0] & 0xffff_ffff : null;
    }

    private static FileStatus ToStatus(LinuxNative.StatusBuffer buffer)
    {
        const int typeMask = 0xf000, regular = 0x8000, folder = 0x4000, link = 0xa000;
        var kind = (buffer.Mode & typeMask) switch
        {
            regular => FileKind.Regular,
            folder => FileKind.Folder,
            link => FileKind.SymbolicLink,
            _ => FileKind.Special,
        };
        var volume = ((ulong)buffer.DeviceMajor << 32) | buffer.DeviceMinor;
        var modified = new FileTime(buffer.ModifiedSeconds, (int)buffer.ModifiedNanoseconds);
        return new FileStatus(kind, volume, buffer.Inode, (long)buffer.Length, modified, FileStatus.PermissionsOf(buffer.Mode))
        {
            Names = buffer.Links,
            Owner = buffer.Owner,
            Group = buffer.Group,
            Changed = new FileTime(buffer.ChangedSeconds, (int)buffer.ChangedNanoseconds),
        };
    }
}
