using System.IO.Enumeration;
using Microsoft.Win32.SafeHandles;

namespace EnvelopeCrypto.Disk;

/// <summary>
/// What .NET has for every system: names are looked up by path, and links are looked for before a file is opened, which leaves a moment
/// between the two. macOS has this alone.
/// </summary>
internal class PathFileSystem : FileSystem
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private static readonly EnumerationOptions Everything = new() { AttributesToSkip = default, IgnoreInaccessible = false };

    public override Folder OpenFolder(string path) => Directory.Exists(path)
        ? new Folder(path, handle: null)
        : throw new DirectoryNotFoundException($"There is no folder '{path}'.");

    public override Folder OpenFolder(Folder root, string relative)
    {
        RequireNoLink(root, relative);
        return OpenFolder(relative == "." ? root.Path : root.PathOf(relative));
    }

    public override int CreateFolder(string path, UnixFileMode? mode)
    {
        if (Directory.Exists(path))
            return 0;
        var made = Path.GetDirectoryName(Path.GetFullPath(path)) is { } parent ? CreateFolder(parent, mode) : 0;
        Create(path, mode);
        return made + 1;
    }

    public override int CreateFolder(Folder root, string relative, UnixFileMode? mode)
    {
        RequireNoLink(root, relative);
        var (made, path) = (0, root.Path);
        foreach (var part in PartsOf(relative))
        {
            path = Path.Join(path, part);
            if (Directory.Exists(path))
                continue;
            Create(path, mode);
            made++;
        }
        return made;
    }

    public override IEnumerable<FolderEntry> List(Folder folder) => new FileSystemEnumerable<FolderEntry>(
        folder.Path, (ref FileSystemEntry entry) => new FolderEntry(
            entry.FileName.ToString(), !entry.FileName.Contains('\ufffd')), Everything);

    public override void FlushFolder(Folder folder)
    {
        // .NET opens no folder.
    }

    public override FileStatus? Status(Folder folder, string name, bool followLink = false, bool current = false)
    {
        FileSystemInfo info = new FileInfo(folder.PathOf(name));
        if (info.Attributes == (FileAttributes)(-1))
            return null;
        if (followLink && info.LinkTarget is not null)
        {
            var target = info.ResolveLinkTarget(returnFinalTarget: true);
            if (target is not { Exists: true })
                return null;
            info = new FileInfo(target.FullName);
        }
        return FromInfo(info);
    }

    public override FileStatus Status(SafeFileHandle file, string path) =>
        Status(new Folder(Path.GetDirectoryName(Path.GetFullPath(path))!, handle: null), Path.GetFileName(path), followLink: true)
        ?? throw new FileNotFoundException("The file is gone.", path);

    public override SafeFileHandle OpenRead(Folder folder, string name, bool followLink = false) => File.OpenHandle(
        Checked(folder, name, followLink), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete,
        FileOptions.SequentialScan);

    public override SafeFileHandle OpenWrite(Folder folder, string name, bool followLink = false) => File.OpenHandle(
        Checked(folder, name, followLink), FileMode.Open, FileAccess.ReadWrite, FileShare.Read | FileShare.Delete);

    public override SafeFileHandle OpenShared(Folder folder, string name) => OpenWrite(folder, name);

    public override SafeFileHandle OpenToFlush(Folder folder, string name, bool followLink = false) => OpenRead(folder, name, followLink);

    public override SafeFileHandle OpenLock(Folder folder, string name, bool keepsName)
    {
        var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.None, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = OwnerOnly;
        return new FileStream(Checked(folder, name, followLink: false), options).SafeFileHandle;
    }

    // .NET locks what it opens, unless it is told not to.
    public override LockState TryLock(SafeFileHandle file, bool shared = false) => UnixLock.TryTake(file, shared);

    public override bool SharesLocks(SafeFileHandle file) => true;

    public override bool TryHold(SafeFileHandle file) => true;

    public override void ReleaseLock(Folder folder, string name)
    {
        // A file cannot be told from its successor, so the empty file stays.
    }

    public override TemporaryFile CreateTemporary(Folder folder)
    {
        var name = TemporaryFile.NewName();
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, Share = FileShare.Delete, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = OwnerOnly;
        return new TemporaryFile(new FileStream(folder.PathOf(name), options).SafeFileHandle, folder, name);
    }

    public override bool Publish(TemporaryFile file, string name, bool replace)
    {
        try
        {
            return Rename(file.Folder, file.Name!, name, replace);
        }
        catch
        {
            TryDelete(file.Folder, file.Name!);
            throw;
        }
    }

    public override bool Rename(Folder folder, string from, string to, bool replace)
    {
        var (source, target) = (folder.PathOf(from), folder.PathOf(to));
        try
        {
            File.Move(source, target, replace);
            return true;
        }
        catch (IOException) when (!replace && Path.Exists(target))
        {
            return false;
        }
    }

    public override void Delete(Folder folder, string name) => File.Delete(folder.PathOf(name));

    public override bool TryRemoveFolder(Folder folder, string name)
    {
        try
        {
            if (Status(folder, name) is not { Kind: FileKind.Folder })
                return false;
            Directory.Delete(folder.PathOf(name));
            return true;
        }
        catch (Exception failure) when (DiskFailure.Is(failure))
        {
            return false;
        }
    }

    public override bool Remove(Folder folder, string name, FileStatus known)
    {
        if (Status(folder, name)?.IsUnchangedSince(known) != true)
            return false;
        File.Delete(folder.PathOf(name));
        return true;
    }

    public override long Length(SafeFileHandle file) => RandomAccess.GetLength(file);

    public override int Read(SafeFileHandle file, long offset, Span<byte> buffer) => RandomAccess.Read(file, buffer, offset);

    public override void Write(SafeFileHandle file, long offset, ReadOnlySpan<byte> bytes) => RandomAccess.Write(file, bytes, offset);

    public override void SetLength(SafeFileHandle file, long length) => RandomAccess.SetLength(file, length);

    public override void Reserve(SafeFileHandle file, long length) => RandomAccess.SetLength(file, length);

    public override void Flush(SafeFileHandle file) => RandomAccess.FlushToDisk(file);

    public override void FlushStores(SafeFileHandle file) => Flush(file);

    public override void Settle(SafeFileHandle file)
    {
        // .NET does not give the answer to a close.
    }

    public override bool TellsLate(SafeFileHandle file) => false;

    public override bool ReplacesInSteps(Folder folder) => false;

    public override void Forget(SafeFileHandle file, long offset = 0, long? length = null)
    {
        // .NET has no word for it.
    }

    public override void SetModified(SafeFileHandle file, FileTime modified, bool keepsWhatItTakes = false) =>
        File.SetLastWriteTimeUtc(file, modified.ToUtc());

    public override void SetMode(SafeFileHandle file, UnixFileMode mode)
    {
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(file, mode);
    }

    public override void CopyOwner(SafeFileHandle from, SafeFileHandle to)
    {
        // .NET has no word for it.
    }

    public override void CopyAttributes(SafeFileHandle from, SafeFileHandle to, bool ofAccess)
    {
        // .NET has no word for it.
    }

    public override FileAttributes? Attributes(Folder folder, string name) => null;

    public override void SetAttributes(Folder folder, string name, FileAttributes attributes)
    {
        // Windows alone has them.
    }

    public override string RealPath(string path)
    {
        FileSystemInfo info = Directory.Exists(path) ? new DirectoryInfo(path) : new FileInfo(path);
        return info.ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? path;
    }

    private static void Create(string path, UnixFileMode? mode)
    {
        if (mode is { } wanted && !OperatingSystem.IsWindows())
            Directory.CreateDirectory(path, wanted);
        else
            Directory.CreateDirectory(path);
    }

    private static IEnumerable<string> PartsOf(string relative) => relative
        .Split([Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar], StringSplitOptions.RemoveEmptyEntries)
        .Where(part => part != ".");

    private static void RequireNoLink(Folder root, string relative)
    {
        var path = root.Path;
        foreach (var part in PartsOf(relative))
        {
            path = Path.Join(path, part);
            if (part == "..")
                throw new IOException($"'{path}' leads out of its folder.");
            if (new DirectoryInfo(path).LinkTarget is not null)
                throw new LinkInTheWayException(path);
        }
    }

    private static string Checked(Folder folder, string name, bool followLink)
    {
        var path = folder.PathOf(name);
        return followLink || new FileInfo(path).LinkTarget is null ? path : throw new LinkInTheWayException(path);
    }

    // Without an identity: .NET does not tell it.
    private static FileStatus FromInfo(FileSystemInfo info)
    {
        var kind = info.LinkTarget is not null ? FileKind.SymbolicLink
            : info.Attributes.HasFlag(FileAttributes.Directory) ? FileKind.Folder
            : info.Attributes.HasFlag(FileAttributes.Device) ? FileKind.Special
            : FileKind.Regular;
        var mode = OperatingSystem.IsWindows() ? (UnixFileMode?)null : FileStatus.PermissionsOf((int)info.UnixFileMode);
        var length = kind == FileKind.Regular ? ((FileInfo)info).Length : 0;
        return new FileStatus(kind, 0, 0, length, FileTime.From(info.LastWriteTimeUtc), mode);
    }
}
