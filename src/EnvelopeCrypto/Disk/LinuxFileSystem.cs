using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Text;
using System.Text.Unicode;
using Microsoft.Win32.SafeHandles;

namespace EnvelopeCrypto.Disk;

/// <summary>Linux: folders and names, by descriptors. See the man pages of openat(2), openat2(2), statx(2) and renameat2(2).</summary>
[SupportedOSPlatform("linux")]
internal partial class LinuxFileSystem(bool opensByParts = false) : PathFileSystem
{
    private const int OwnerOnly = 0b110_000_000;
    private const int NoFollowFlag = 0x100; // AT_SYMLINK_NOFOLLOW
    private const int ListingSize = 32 * 1024;
    private const int MostNewFiles = 20;

    // A file without a name gets one by way of its descriptor there, which a bare chroot lacks.
    private static readonly bool CanBeNamed = Directory.Exists("/proc/self/fd");

    // A sandbox or a kernel before 5.6 refuses openat2(2): then each part of a path is opened by itself.
    private bool _opensByParts = opensByParts;

    private static int FolderFlags => LinuxNative.PathOnly | LinuxNative.Directory | LinuxNative.CloseOnExec;

    public override Folder OpenFolder(string path)
    {
        RequireText(path);
        var descriptor = Retry(path, static path => LinuxNative.Open(path, FolderFlags, 0));
        return descriptor < 0
            ? throw LinuxError.Last(path, ofFolder: true)
            : new Folder(path, new SafeFileHandle(descriptor, ownsHandle: true));
    }

    public override Folder OpenFolder(Folder root, string relative)
    {
        RequireText(relative);
        var path = relative == "." ? root.Path : root.PathOf(relative);
        RequireShort(path);
        if (!_opensByParts)
        {
            var descriptor = Retry((root, relative), static at => LinuxNative.OpenBelow(at.root.Handle, at.relative, FolderFlags));
            if (descriptor >= 0)
                return new Folder(path, new SafeFileHandle(descriptor, ownsHandle: true));
            if (Marshal.GetLastPInvokeError() is LinuxError.NotImplemented or LinuxError.NotPermitted)
                _opensByParts = true;
        }
        // One part after the other: the only way without openat2(2), and where it failed, the one that tells which part it was.
        var folder = OpenFolderItself(root);
        try
        {
            foreach (var part in PartsOf(relative))
            {
                var next = OpenPart(folder, part);
                folder.Dispose();
                folder = next;
            }
            return new Folder(path, DuplicateOf(folder.Handle));
        }
        finally
        {
            folder.Dispose();
        }
    }

    public override int CreateFolder(Folder root, string relative, UnixFileMode? mode)
    {
        RequireText(relative);
        RequireShort(root.PathOf(relative));
        var made = 0;
        var folder = OpenFolderItself(root);
        try
        {
            foreach (var part in PartsOf(relative))
            {
                if (LinuxNative.MakeFolder(folder.Handle, part, (int)(mode ?? (UnixFileMode)0b111_111_111)) == 0)
                    made++;
                else if (Marshal.GetLastPInvokeError() != LinuxError.Exists)
                    throw LinuxError.Last(folder.PathOf(part), ofFolder: true);
                var next = OpenPart(folder, part);
                folder.Dispose();
                folder = next;
            }
            return made;
        }
        finally
        {
            folder.Dispose();
        }
    }

    public override IEnumerable<FolderEntry> List(Folder folder)
    {
        using var open = OpenToRead(folder);
        var buffer = new byte[ListingSize];
        while (true)
        {
            var count = LinuxNative.List(open, buffer);
            if (count < 0)
                throw LinuxError.Last(folder.Path);
            if (count == 0)
                yield break;
            for (var at = 0; at < count;)
            {
                var (length, entry) = ReadEntry(buffer, at);
                at += length;
                if (entry.Name is not ("." or ".."))
                    yield return entry;
            }
        }
    }

    public override void FlushFolder(Folder folder)
    {
        using var open = OpenToRead(folder);
        Flush(open);
    }

    public override FileStatus? Status(Folder folder, string name, bool followLink = false, bool current = false)
    {
        RequireText(name);
        var flags = (followLink ? 0 : NoFollowFlag) | (current ? ForceSync : 0);
        if (LinuxNative.Status(folder.Handle, name, flags, BasicStatus, out var buffer) == 0)
            return ToStatus(buffer);
        return Marshal.GetLastPInvokeError() is LinuxError.NoSuchEntry or LinuxError.NotADirectory
            ? null
            : throw LinuxError.Last(folder.PathOf(name));
    }

    public override SafeFileHandle OpenRead(Folder folder, string name, bool followLink = false)
    {
        const int sequential = 2;
        // A pipe that took the file's place would be waited for.
        var file = Open(folder, name, LinuxNative.ReadOnly | LinuxNative.NonBlocking | NoFollowUnless(followLink));
        _ = LinuxNative.Advise(file, 0, 0, sequential);
        return file;
    }

    public override SafeFileHandle OpenWrite(Folder folder, string name, bool followLink = false) =>
        Open(folder, name, LinuxNative.ReadWrite | LinuxNative.NonBlocking | NoFollowUnless(followLink));

    public override SafeFileHandle OpenLock(Folder folder, string name, bool keepsName) =>
        Open(folder, name, LinuxNative.ReadWrite | LinuxNative.Create | LinuxNative.NonBlocking | LinuxNative.NoFollow);

    public override void ReleaseLock(Folder folder, string name) => Delete(folder, name);

    public override string RealPath(string path)
    {
        RequireText(path);
        var name = LinuxNative.RealPath(path, 0);
        if (name == 0)
            throw LinuxError.Last(path);
        try
        {
            return Marshal.PtrToStringUTF8(name)!;
        }
        finally
        {
            LinuxNative.Free(name);
        }
    }

    // C would see another path: the part before it.
    private static void RequireText(string path)
    {
        if (path.Contains('\0', StringComparison.Ordinal))
            throw new ArgumentException("A path cannot hold a zero character.", nameof(path));
    }

    // A folder that may be listed and not searched is opened by its descriptor: to look up "." in it would be a search.
    private static SafeFileHandle OpenToRead(Folder folder)
    {
        var flags = LinuxNative.ReadOnly | LinuxNative.Directory | LinuxNative.CloseOnExec;
        var descriptor = Retry((folder, flags), static at => LinuxNative.Open(at.folder.Handle, ".", at.flags, 0));
        if (descriptor < 0 && Marshal.GetLastPInvokeError() == LinuxError.AccessDenied && CanBeNamed)
        {
            var path = $"/proc/self/fd/{folder.Handle.DangerousGetHandle()}";
            descriptor = Retry((path, flags), static at => LinuxNative.Open(at.path, at.flags, 0));
        }
        return descriptor < 0 ? throw LinuxError.Last(folder.Path, ofFolder: true) : new SafeFileHandle(descriptor, ownsHandle: true);
    }

    // What only we could open, since we go part by part, no other program could read.
    private static void RequireShort(string path)
    {
        const int longest = 4095; // PATH_MAX, without its zero
        if (path.Length > longest || (path.Length > longest / 3 && Encoding.UTF8.GetByteCount(path) > longest))
            throw new PathTooLongException($"The path is longer than {longest} bytes.");
    }

    private static int NoFollowUnless(bool followLink) => followLink ? 0 : LinuxNative.NoFollow;

    private static string[] PartsOf(string relative) =>
        [.. relative.Split('/', StringSplitOptions.RemoveEmptyEntries).Where(part => part != ".")];

    private static SafeFileHandle Open(Folder folder, string name, int flags)
    {
        RequireText(name);
        var all = flags | LinuxNative.NoTerminal | LinuxNative.CloseOnExec;
        var descriptor = Retry((folder, name, all), static at => LinuxNative.Open(at.folder.Handle, at.name, at.all, OwnerOnly));
        if (descriptor >= 0)
            return new SafeFileHandle(descriptor, ownsHandle: true);
        if (Marshal.GetLastPInvokeError() == LinuxError.TooManyLinks && (flags & LinuxNative.NoFollow) != 0)
            throw new LinkInTheWayException(folder.PathOf(name));
        throw LinuxError.Last(folder.PathOf(name));
    }

    private static Folder OpenFolderItself(Folder folder) => new(folder.Path, DuplicateOf(folder.Handle));

    private static SafeFileHandle DuplicateOf(SafeFileHandle handle)
    {
        const int duplicate = 1030; // F_DUPFD_CLOEXEC
        var descriptor = LinuxNative.Control(handle, duplicate, 0);
        return descriptor < 0 ? throw LinuxError.Last() : new SafeFileHandle(descriptor, ownsHandle: true);
    }

    private Folder OpenPart(Folder folder, string part)
    {
        var path = folder.PathOf(part);
        var descriptor = part == ".." // no path that we make has one
            ? throw new IOException($"'{path}' leads out of its folder.")
            : Retry((folder, part), static at => LinuxNative.Open(at.folder.Handle, at.part, FolderFlags | LinuxNative.NoFollow, 0));
        if (descriptor >= 0)
            return new Folder(path, new SafeFileHandle(descriptor, ownsHandle: true));
        var failure = LinuxError.Last(path, ofFolder: true);
        throw Status(folder, part) is { Kind: FileKind.SymbolicLink } ? new LinkInTheWayException(path) : failure;
    }

    // A program in whose place a file system works, or a share, can let a call be interrupted.
    private static int Retry<T>(T state, Func<T, int> call)
    {
        int answer;
        do
            answer = call(state);
        while (answer < 0 && Marshal.GetLastPInvokeError() == LinuxError.Interrupted);
        return answer;
    }

    // struct linux_dirent64: inode (8), offset (8), length of the entry (2), type (1), name, zero
    private static (int Length, FolderEntry Entry) ReadEntry(byte[] buffer, int at)
    {
        const int lengthOffset = 16, nameOffset = 19;
        var length = BitConverter.ToUInt16(buffer, at + lengthOffset);
        var name = buffer.AsSpan(at + nameOffset, length - nameOffset);
        name = name[..name.IndexOf((byte)0)];
        return (length, new FolderEntry(Encoding.UTF8.GetString(name), Utf8.IsValid(name)));
    }
}
