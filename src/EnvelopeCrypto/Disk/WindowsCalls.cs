using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace EnvelopeCrypto.Disk;

/// <summary>
/// Calls of Windows that .NET does not have, or has by path alone. Each answers as its page in Microsoft's reference says;
/// <see cref="WindowsError"/> reads what failed.
/// </summary>
[SupportedOSPlatform("windows")]
internal static partial class WindowsCalls
{
    // Rights
    public const uint ReadData = 0x8000_0000; // GENERIC_READ
    public const uint WriteData = 0x4000_0000; // GENERIC_WRITE
    public const uint DeleteIt = 0x1_0000;
    public const uint ChangeAccess = 0x4_0000; // WRITE_DAC
    public const uint ReadAttributes = 0x80;
    public const uint WriteAttributes = 0x100;
    public const uint Traverse = 0x20;
    public const uint AddFile = 0x2;

    // What others may do meanwhile
    public const uint ShareNothing = 0;
    public const uint ShareRead = 1;
    public const uint ShareWrite = 2;
    public const uint ShareDelete = 4;
    public const uint ShareAll = ShareRead | ShareWrite | ShareDelete;

    public const uint CreateNew = 1;
    public const uint OpenExisting = 3;
    public const uint OpenAlways = 4;

    public const uint FolderToo = 0x200_0000; // FILE_FLAG_BACKUP_SEMANTICS
    public const uint LinkItself = 0x20_0000; // FILE_FLAG_OPEN_REPARSE_POINT
    public const uint Sequential = 0x800_0000;
    public const uint DeleteOnClose = 0x400_0000;

    // FILE_INFO_BY_HANDLE_CLASS
    private const int BasicClass = 0;
    private const int RenameClass = 3;
    private const int DispositionClass = 4;
    private const int AttributeTagClass = 9;
    private const int RemoteProtocolClass = 13;
    private const int IdClass = 18;
    private const int DispositionClassEx = 21;
    private const int RenameClassEx = 22;

    private const int DiskType = 1;

    /// <summary>Whether it is a file or folder of a file system, and not a pipe or device.</summary>
    public static bool IsOnDisk(SafeFileHandle file) => TypeOf(file) == DiskType;

    public static unsafe bool TryGetInformation(SafeFileHandle file, out FileInformation information)
    {
        fixed (FileInformation* start = &information)
            return GetInformation(file, start);
    }

    /// <summary>The file's identity in 128 bits; false where the file system has none.</summary>
    public static unsafe bool TryGetId(SafeFileHandle file, out ulong volume, out UInt128 number)
    {
        FileId id = default;
        var found = Get(file, IdClass, &id, sizeof(FileId));
        (volume, number) = (id.Volume, new UInt128(id.High, id.Low));
        return found;
    }

    /// <summary>What a reparse point is; 0 for none.</summary>
    public static unsafe uint ReparseTag(SafeFileHandle file)
    {
        Span<uint> attributesAndTag = stackalloc uint[2];
        fixed (uint* start = attributesAndTag)
            return Get(file, AttributeTagClass, start, 2 * sizeof(uint)) ? attributesAndTag[1] : 0;
    }

    /// <summary>Whether the file is another machine's: what is asked succeeds for those alone.</summary>
    public static unsafe bool IsRemote(SafeFileHandle file)
    {
        const int size = 180; // FILE_REMOTE_PROTOCOL_INFO
        var buffer = stackalloc byte[size];
        return Get(file, RemoteProtocolClass, buffer, size);
    }

    public static unsafe bool SetAttributes(SafeFileHandle file, FileAttributes attributes)
    {
        // Times of zero stay as they are; so would attributes of zero.
        var basic = new BasicInformation { Attributes = attributes == FileAttributes.None ? FileAttributes.Normal : attributes };
        return Set(file, BasicClass, &basic, sizeof(BasicInformation));
    }

    /// <summary>Lets the file go when it is closed.</summary>
    public static unsafe bool MarkDeleted(SafeFileHandle file)
    {
        byte delete = 1;
        return Set(file, DispositionClass, &delete, sizeof(byte));
    }

    /// <summary>
    /// Takes the file's name away at once, even if others have it open, read-only or not. Windows 10, and not every file system.
    /// </summary>
    public static unsafe bool RemoveName(SafeFileHandle file)
    {
        const uint delete = 0x1, atOnce = 0x2, ignoreReadOnly = 0x10;
        var flags = delete | atOnce | ignoreReadOnly;
        return Set(file, DispositionClassEx, &flags, sizeof(uint));
    }

    /// <summary>Takes back that the file goes when it is closed, of a handle that was opened so.</summary>
    public static unsafe bool KeepOnClose(SafeFileHandle file)
    {
        const uint ofClose = 0x8;
        var flags = ofClose;
        return Set(file, DispositionClassEx, &flags, sizeof(uint));
    }

    /// <summary>Gives an open file another full path, as Windows always could: what is replaced may not be open, nor read-only.</summary>
    public static bool Rename(SafeFileHandle file, string path, bool replace) => Rename(file, RenameClass, path, replace ? 1u : 0);

    /// <summary>
    /// The same, and what is replaced loses its name at once even if others have it open to read. Windows 10, and not every file system.
    /// </summary>
    public static bool Replace(SafeFileHandle file, string path, bool ignoreReadOnly)
    {
        const uint replace = 0x1, atOnce = 0x2, readOnlyToo = 0x40;
        return Rename(file, RenameClassEx, path, replace | atOnce | (ignoreReadOnly ? readOnlyToo : 0));
    }

    private static unsafe bool Rename(SafeFileHandle file, int informationClass, string path, uint flags)
    {
        // FILE_RENAME_INFO { flags (4) | padding to a pointer | folder, null (pointer) | bytes of the path (4) | path, zero }
        var nameAt = (2 * sizeof(nint)) + sizeof(uint);
        var buffer = new byte[nameAt + ((path.Length + 1) * sizeof(char))];
        BitConverter.TryWriteBytes(buffer, flags);
        BitConverter.TryWriteBytes(buffer.AsSpan(2 * sizeof(nint)), path.Length * sizeof(char));
        MemoryMarshal.AsBytes(path.AsSpan()).CopyTo(buffer.AsSpan(nameAt));
        fixed (byte* start = buffer)
            return Set(file, informationClass, start, buffer.Length);
    }

    [LibraryImport("kernel32", EntryPoint = "CreateFileW", SetLastError = true, StringMarshalling = StringMarshalling.Utf16)]
    public static partial SafeFileHandle Open(
        string path, uint access, uint share, nint security, uint disposition, uint flags, nint template);

    [LibraryImport("kernel32", EntryPoint = "CreateDirectoryW", SetLastError = true, StringMarshalling = StringMarshalling.Utf16)]
    [return: MarshalAs(UnmanagedType.Bool)]
    public static partial bool MakeFolder(string path, nint security);

    [LibraryImport("kernel32", EntryPoint = "MoveFileExW", SetLastError = true, StringMarshalling = StringMarshalling.Utf16)]
    [return: MarshalAs(UnmanagedType.Bool)]
    public static partial bool Move(string from, string to, uint flags);

    [LibraryImport("kernel32", EntryPoint = "GetFinalPathNameByHandleW", SetLastError = true)]
    public static unsafe partial uint FinalPath(SafeFileHandle file, char* path, uint size, uint flags);

    [LibraryImport("kernel32", EntryPoint = "SetFileTime", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    public static partial bool SetTimes(SafeFileHandle file, nint created, nint accessed, in long modified);

    [LibraryImport("kernel32", EntryPoint = "FlushFileBuffers", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    public static partial bool Flush(SafeFileHandle file);

    /// <summary>
    /// The NTSTATUS behind the error of this thread's last call: Windows says "access denied" of a file that is being deleted.
    /// </summary>
    [LibraryImport("ntdll", EntryPoint = "RtlGetLastNtStatus")]
    public static partial uint LastStatus();

    [LibraryImport("kernel32", EntryPoint = "GetFileType")]
    private static partial int TypeOf(SafeFileHandle file);

    [LibraryImport("kernel32", EntryPoint = "GetFileInformationByHandle", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static unsafe partial bool GetInformation(SafeFileHandle file, FileInformation* information);

    [LibraryImport("kernel32", EntryPoint = "GetFileInformationByHandleEx", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static unsafe partial bool Get(SafeFileHandle file, int informationClass, void* information, int size);

    [LibraryImport("kernel32", EntryPoint = "SetFileInformationByHandle", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static unsafe partial bool Set(SafeFileHandle file, int informationClass, void* information, int size);

    /// <summary>BY_HANDLE_FILE_INFORMATION; times are in 100 ns since 1601, in two halves.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct FileInformation
    {
        public FileAttributes Attributes;
        public uint CreatedLow;
        public uint CreatedHigh;
        public uint AccessedLow;
        public uint AccessedHigh;
        public uint ModifiedLow;
        public uint ModifiedHigh;
        public uint Volume;
        public uint LengthHigh;
        public uint LengthLow;
        public uint Names;
        public uint IndexHigh;
        public uint IndexLow;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct FileId
    {
        public ulong Volume;
        public ulong Low;
        public ulong High;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct BasicInformation
    {
        public long Created;
        public long Accessed;
        public long Modified;
        public long Changed;
        public FileAttributes Attributes;
    }
}
