using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace EnvelopeCrypto.Disk;

/// <summary>Identity and kind of a file on Linux, which .NET does not tell. See the man page of statx(2).</summary>
[SupportedOSPlatform("linux")]
internal static partial class LinuxStatus
{
    private const int AtFdCwd = -100;
    private const int AtSymlinkNoFollow = 0x100;
    private const int AtEmptyPath = 0x1000;
    private const uint BasicStatus = 0x7ff;

    /// <summary>False when this system has no statx(2).</summary>
    public static bool TryGet(string path, bool followLinks, out FileStatus? status)
    {
        status = null;
        if (path.Contains('\0', StringComparison.Ordinal))
            throw new ArgumentException("A path cannot hold a zero character.", nameof(path)); // C would see another path: the part before it
        try
        {
            if (StatX(AtFdCwd, path, followLinks ? 0 : AtSymlinkNoFollow, BasicStatus, out var buffer) == 0)
            {
                status = ToStatus(buffer);
                return true;
            }
        }
        catch (EntryPointNotFoundException)
        {
            return false;
        }
        return Marshal.GetLastPInvokeError() switch
        {
            LinuxError.NoSuchEntry or LinuxError.NotADirectory => true,
            LinuxError.AccessDenied => throw new UnauthorizedAccessException("Access is denied."),
            LinuxError.NameTooLong => throw new PathTooLongException("The path or a name in it is too long."),
            var error => throw new IOException(Marshal.GetPInvokeErrorMessage(error), error),
        };
    }

    /// <summary>False when this system has no statx(2).</summary>
    public static bool TryGet(SafeFileHandle handle, out FileStatus status)
    {
        status = default;
        try
        {
            if (StatX(handle, "", AtEmptyPath, BasicStatus, out var buffer) != 0)
                throw LinuxError.Last();
            status = ToStatus(buffer);
            return true;
        }
        catch (EntryPointNotFoundException)
        {
            return false;
        }
    }

    /// <summary>Of what has that name in an open folder, be it a link; null for nothing. False when this system has no statx(2).</summary>
    public static bool TryGet(SafeFileHandle folder, string name, out FileStatus? status)
    {
        status = null;
        try
        {
            if (StatX(folder, name, AtSymlinkNoFollow, BasicStatus, out var buffer) == 0)
                status = ToStatus(buffer);
            else if (Marshal.GetLastPInvokeError() != LinuxError.NoSuchEntry)
                throw LinuxError.DeniedOrLast();
            return true;
        }
        catch (EntryPointNotFoundException)
        {
            return false;
        }
    }

    private static FileStatus ToStatus(StatusBuffer buffer)
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
            Changed = new FileTime(buffer.ChangedSeconds, (int)buffer.ChangedNanoseconds),
        };
    }

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int StatX(int folder, string path, int flags, uint mask, out StatusBuffer buffer);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int StatX(SafeFileHandle folder, string path, int flags, uint mask, out StatusBuffer buffer);

    // struct statx of linux/stat.h: the same on every processor.
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct StatusBuffer
    {
        [FieldOffset(16)]
        public uint Links;

        [FieldOffset(28)]
        public ushort Mode;

        [FieldOffset(32)]
        public ulong Inode;

        [FieldOffset(40)]
        public ulong Length;

        [FieldOffset(96)]
        public long ChangedSeconds;

        [FieldOffset(104)]
        public uint ChangedNanoseconds;

        [FieldOffset(112)]
        public long ModifiedSeconds;

        [FieldOffset(120)]
        public uint ModifiedNanoseconds;

        [FieldOffset(136)]
        public uint DeviceMajor;

        [FieldOffset(140)]
        public uint DeviceMinor;
    }
}
