using System.IO.Enumeration;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;
using static EnvelopeCrypto.Disk.WindowsCalls;

namespace EnvelopeCrypto.Disk;

/// <summary>
/// Windows: everything by handle. A folder that is open cannot be renamed, nor one above it, so that its path goes on leading to it; what
/// is opened in it is opened as a link would be, and looked at, before it is used.
/// </summary>
[SupportedOSPlatform("windows")]
internal sealed partial class WindowsFileSystem : PathFileSystem
{
    private const uint ShareInFolder = ShareRead | ShareWrite; // and not to rename or delete it

    private static readonly EnumerationOptions Everything = new() { AttributesToSkip = default, IgnoreInaccessible = false };

    public override Folder OpenFolder(string path)
    {
        if (path.Length == 0)
            throw new DirectoryNotFoundException("There is no folder without a name.");
        var real = WindowsPath.Extended(Path.GetFullPath(path));
        var handle = OpenFolderHandle(real, path, linkItself: false);
        return new Folder(path, handle, FinalPath(handle) ?? real);
    }

    public override Folder OpenFolder(Folder root, string relative)
    {
        Folder? folder = null;
        foreach (var part in PartsOf(relative))
        {
            var above = folder;
            using (above) // it stays open until the next one is: no link can take its place
                folder = OpenPart(above ?? root, part);
        }
        // Not the same object, since its user closes it.
        return folder ?? new Folder(root.Path, OpenFolderHandle(root.RealPath, root.Path, linkItself: false), root.RealPath);
    }

    public override int CreateFolder(string path, UnixFileMode? mode)
    {
        var full = Path.GetFullPath(path);
        _ = WindowsPath.Extended(full); // a name that is too long is told as that
        if (!WindowsPath.HasAllowedCharacters(Path.GetFileName(full)))
            throw new UnusableNameException(path);
        return base.CreateFolder(path, mode);
    }

    public override int CreateFolder(Folder root, string relative, UnixFileMode? mode)
    {
        var made = 0;
        Folder? folder = null;
        try
        {
            foreach (var part in PartsOf(relative))
            {
                var above = folder;
                using (above)
                {
                    if (MakeFolder(PathIn(above ?? root, part), 0))
                        made++;
                    else if (WindowsError.LastCode() is var error && error != WindowsError.AlreadyExists)
                        throw WindowsError.Of(error, (above ?? root).PathOf(part), ofFolder: true);
                    folder = OpenPart(above ?? root, part);
                }
            }
            return made;
        }
        finally
        {
            folder?.Dispose();
        }
    }

    public override IEnumerable<FolderEntry> List(Folder folder) => new FileSystemEnumerable<FolderEntry>(
        folder.RealPath, (ref FileSystemEntry entry) => new FolderEntry(
            entry.FileName.ToString(), !entry.FileName.Contains('\ufffd')), Everything);

    public override FileStatus? Status(Folder folder, string name, bool followLink = false, bool current = false)
    {
        if (name == ".")
            return Status(folder.Handle, folder.Path);
        var path = PathIn(folder, name);
        if (WindowsPath.IsDevice(path))
            return new FileStatus(FileKind.Special, 0, 0, 0, default, Mode: null);
        using var file = WindowsCalls.Open(path, ReadAttributes, ShareAll, 0, OpenExisting, FolderToo | (followLink ? 0 : LinkItself), 0);
        if (!file.IsInvalid)
            return Status(file, path);
        var isGone = WindowsError.IsOfDeletedFile();
        var error = WindowsError.LastCode();
        return isGone || WindowsError.IsNothing(error) ? null : throw WindowsError.Of(error, folder.PathOf(name));
    }

    public override SafeFileHandle OpenRead(Folder folder, string name, bool followLink = false) =>
        Open(folder, name, ReadData, ShareAll, followLink, Sequential);

    public override SafeFileHandle OpenWrite(Folder folder, string name, bool followLink = false) =>
        Open(folder, name, ReadData | WriteData, ShareRead | ShareDelete, followLink);

    public override SafeFileHandle OpenShared(Folder folder, string name) =>
        Open(folder, name, ReadData | WriteData, ShareAll, followLink: false);

    // Windows flushes only what may be written, and opens no read-only file to write.
    public override SafeFileHandle OpenToFlush(Folder folder, string name, bool followLink = false)
    {
        const uint shareWithAll = ShareAll;
        try
        {
            return Open(folder, name, ReadData | WriteData, shareWithAll, followLink);
        }
        catch (UnauthorizedAccessException)
        {
            using var handle = Open(folder, name, ReadAttributes | WriteAttributes, shareWithAll, followLink);
            if (!TryGetInformation(handle, out var now) || !now.Attributes.HasFlag(FileAttributes.ReadOnly))
                throw;
            if (!WindowsCalls.SetAttributes(handle, now.Attributes & ~FileAttributes.ReadOnly))
                throw WindowsError.Of(WindowsError.LastCode(), folder.PathOf(name));
            try
            {
                return Open(folder, name, ReadData | WriteData, shareWithAll, followLink);
            }
            finally
            {
                WindowsCalls.SetAttributes(handle, now.Attributes);
            }
        }
    }

    // The file goes by itself when its holder closes it, or dies.
    public override SafeFileHandle OpenLock(Folder folder, string name, bool keepsName)
    {
        var path = PathIn(folder, name);
        var (access, flags) = keepsName ? (0u, 0u) : (DeleteIt, DeleteOnClose);
        var file = WindowsCalls.Open(path, ReadData | WriteData | access, ShareNothing, 0, OpenAlways, flags | LinkItself, 0);
        if (file.IsInvalid)
            throw WindowsError.Of(WindowsError.LastCode(), folder.PathOf(name));
        if (Status(file, path) is { Kind: FileKind.Regular, Length: 0 })
            return file;
        // Another program's file, or a link, that took the name since it was looked at.
        using (file)
        {
            KeepOnClose(file);
            throw new LockInTheWayException(folder.PathOf(name));
        }
    }

    // To open it was enough.
    public override LockState TryLock(SafeFileHandle file, bool shared = false) => LockState.Taken;

    public override TemporaryFile CreateTemporary(Folder folder)
    {
        while (true)
        {
            var name = TemporaryFile.NewName();
            var path = PathIn(folder, name);
            // Whether its owner lives is told by whether others can open it to write. To give it an access list is not every user's right.
            var file = WindowsCalls.Open(
                path, ReadData | WriteData | DeleteIt | ChangeAccess, ShareRead | ShareDelete, 0, CreateNew, LinkItself, 0);
            if (file.IsInvalid && WindowsError.LastCode() == WindowsError.AccessDenied)
                file = WindowsCalls.Open(path, ReadData | WriteData | DeleteIt, ShareRead | ShareDelete, 0, CreateNew, LinkItself, 0);
            if (!file.IsInvalid)
                return new TemporaryFile(file, folder, name);
            var error = WindowsError.LastCode();
            if (error is not (WindowsError.FileExists or WindowsError.AlreadyExists))
                throw WindowsError.Of(error, folder.Path, ofFolder: true);
        }
    }

    public override string RealPath(string path)
    {
        var real = WindowsPath.Extended(Path.GetFullPath(path));
        if (WindowsPath.IsDevice(real))
            return path;
        using var file = WindowsCalls.Open(real, ReadAttributes, ShareAll, 0, OpenExisting, FolderToo, 0);
        if (file.IsInvalid)
            throw WindowsError.Of(WindowsError.LastCode(), path);
        return WindowsPath.Plain(FinalPath(file) ?? real);
    }

    // Behind \\?\ such a name is a file of its own, and other programs that are given its path act on another one.
    private static string PathIn(Folder folder, string name) => name == "." ? WindowsPath.Extended(Path.GetFullPath(folder.RealPath))
        : WindowsPath.IsUsable(name) ? WindowsPath.Extended(Path.GetFullPath(Path.Join(folder.RealPath, name)))
        : throw new UnusableNameException(folder.PathOf(name));

    private static IEnumerable<string> PartsOf(string relative) => relative
        .Split([Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar], StringSplitOptions.RemoveEmptyEntries)
        .Where(part => part != ".");

    private static Folder OpenPart(Folder folder, string part)
    {
        var path = folder.PathOf(part);
        if (part == "..") // no path that we make has one
            throw new IOException($"'{path}' leads out of its folder.");
        var real = PathIn(folder, part);
        return new Folder(path, OpenFolderHandle(real, path, linkItself: true), real);
    }

    private static SafeFileHandle OpenFolderHandle(string real, string path, bool linkItself)
    {
        var flags = FolderToo | (linkItself ? LinkItself : 0);
        var folder = WindowsCalls.Open(real, Traverse | ReadAttributes, ShareInFolder, 0, OpenExisting, flags, 0);
        // Who may not search it may still pass through: then nothing keeps others from renaming it.
        if (folder.IsInvalid && WindowsError.LastCode() is WindowsError.AccessDenied or WindowsError.SharingViolation)
            folder = WindowsCalls.Open(real, ReadAttributes, ShareAll, 0, OpenExisting, flags, 0);
        if (folder.IsInvalid)
        {
            var error = WindowsError.LastCode();
            if (WindowsPath.IsDevice(real)) // what was given was a device's name
                throw new UnusableNameException(path);
            throw WindowsError.IsNothing(error)
                ? new DirectoryNotFoundException($"There is no folder '{path}'.")
                : WindowsError.Of(error, path, ofFolder: true);
        }
        var kind = Status(folder).Kind;
        if (kind == FileKind.Folder)
            return folder;
        folder.Dispose();
        throw kind == FileKind.SymbolicLink ? new LinkInTheWayException(path) : new DirectoryNotFoundException($"There is no folder '{path}'.");
    }

    // What a cloud's placeholder or a deduplicated file holds, only its filter knows: such is opened once more, without the flag.
    private static SafeFileHandle Open(Folder folder, string name, uint access, uint share, bool followLink, uint flags = 0)
    {
        var path = PathIn(folder, name);
        var file = WindowsCalls.Open(path, access, share, 0, OpenExisting, flags | (followLink ? 0 : LinkItself), 0);
        if (file.IsInvalid)
            throw WindowsError.Of(WindowsError.LastCode(), folder.PathOf(name));
        if (followLink)
            return file;
        var status = Status(file);
        if (status.Kind == FileKind.SymbolicLink)
        {
            file.Dispose();
            throw new LinkInTheWayException(folder.PathOf(name));
        }
        if (ReparseTag(file) == 0)
            return file;
        file.Dispose();
        file = WindowsCalls.Open(path, access, share, 0, OpenExisting, flags, 0);
        if (file.IsInvalid)
            throw WindowsError.Of(WindowsError.LastCode(), folder.PathOf(name));
        if (Status(file).IsSameFileAs(status))
            return file;
        file.Dispose();
        throw new LinkInTheWayException(folder.PathOf(name));
    }

    private static unsafe string? FinalPath(SafeFileHandle file)
    {
        var buffer = new char[512];
        while (true)
        {
            uint length;
            fixed (char* start = buffer)
                length = WindowsCalls.FinalPath(file, start, (uint)buffer.Length, 0);
            if (length == 0)
                return null; // a volume without a drive letter, or what has no names
            if (length < buffer.Length)
                return new string(buffer, 0, (int)length);
            buffer = new char[length + 1];
        }
    }
}
