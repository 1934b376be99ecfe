using EnvelopeCrypto.Disk;
using Microsoft.Win32.SafeHandles;

namespace EnvelopeCrypto.Tests.Support;

/// <summary>This machine's file system, behind which a test can stand: it hears of each call before it is made.</summary>
internal class ObservedFileSystem : FileSystem
{
    /// <summary>What does the work.</summary>
    protected static FileSystem Inner => Default;

    public override Folder OpenFolder(string path)
    {
        Hear(nameof(OpenFolder));
        return Inner.OpenFolder(path);
    }

    public override Folder OpenFolder(Folder root, string relative)
    {
        Hear(nameof(OpenFolder));
        return Inner.OpenFolder(root, relative);
    }

    public override int CreateFolder(string path, UnixFileMode? mode)
    {
        Hear(nameof(CreateFolder));
        return Inner.CreateFolder(path, mode);
    }

    public override int CreateFolder(Folder root, string relative, UnixFileMode? mode)
    {
        Hear(nameof(CreateFolder));
        return Inner.CreateFolder(root, relative, mode);
    }

    public override IEnumerable<FolderEntry> List(Folder folder)
    {
        Hear(nameof(List));
        return Inner.List(folder);
    }

    public override void FlushFolder(Folder folder)
    {
        Hear(nameof(FlushFolder));
        Inner.FlushFolder(folder);
    }

    public override FileStatus? Status(Folder folder, string name, bool followLink = false, bool current = false)
    {
        Hear(nameof(Status));
        return Inner.Status(folder, name, followLink, current);
    }

    public override FileStatus Status(SafeFileHandle file, string path)
    {
        Hear(nameof(Status));
        return Inner.Status(file, path);
    }

    public override SafeFileHandle OpenRead(Folder folder, string name, bool followLink = false)
    {
        Hear(nameof(OpenRead));
        return Inner.OpenRead(folder, name, followLink);
    }

    public override SafeFileHandle OpenWrite(Folder folder, string name, bool followLink = false)
    {
        Hear(nameof(OpenWrite));
        return Inner.OpenWrite(folder, name, followLink);
    }

    public override SafeFileHandle OpenShared(Folder folder, string name)
    {
        Hear(nameof(OpenShared));
        return Inner.OpenShared(folder, name);
    }

    public override SafeFileHandle OpenToFlush(Folder folder, string name, bool followLink = false)
    {
        Hear(nameof(OpenToFlush));
        return Inner.OpenToFlush(folder, name, followLink);
    }

    public override SafeFileHandle OpenLock(Folder folder, string name, bool keepsName)
    {
        Hear(nameof(OpenLock));
        return Inner.OpenLock(folder, name, keepsName);
    }

    public override LockState TryLock(SafeFileHandle file, bool shared = false)
    {
        Hear(nameof(TryLock));
        return Inner.TryLock(file, shared);
    }

    public override bool SharesLocks(SafeFileHandle file)
    {
        Hear(nameof(SharesLocks));
        return Inner.SharesLocks(file);
    }

    public override bool TryHold(SafeFileHandle file)
    {
        Hear(nameof(TryHold));
        return Inner.TryHold(file);
    }

    public override void ReleaseLock(Folder folder, string name)
    {
        Hear(nameof(ReleaseLock));
        Inner.ReleaseLock(folder, name);
    }

    public override TemporaryFile CreateTemporary(Folder folder)
    {
        Hear(nameof(CreateTemporary));
        return Inner.CreateTemporary(folder);
    }

    public override bool Publish(TemporaryFile file, string name, bool replace)
    {
        Hear(nameof(Publish));
        return Inner.Publish(file, name, replace);
    }

    public override bool Rename(Folder folder, string from, string to, bool replace)
    {
        Hear(nameof(Rename));
        return Inner.Rename(folder, from, to, replace);
    }

    public override bool TryRemoveFolder(Folder folder, string name)
    {
        Hear(nameof(TryRemoveFolder));
        return Inner.TryRemoveFolder(folder, name);
    }

    public override void Delete(Folder folder, string name)
    {
        Hear(nameof(Delete));
        Inner.Delete(folder, name);
    }

    public override bool Remove(Folder folder, string name, FileStatus known)
    {
        Hear(nameof(Remove));
        return Inner.Remove(folder, name, known);
    }

    public override long Length(SafeFileHandle file)
    {
        Hear(nameof(Length));
        return Inner.Length(file);
    }

    public override int Read(SafeFileHandle file, long offset, Span<byte> buffer)
    {
        Hear(nameof(Read));
        return Inner.Read(file, offset, buffer);
    }

    public override void Write(SafeFileHandle file, long offset, ReadOnlySpan<byte> bytes)
    {
        Hear(nameof(Write));
        Inner.Write(file, offset, bytes);
    }

    public override void SetLength(SafeFileHandle file, long length)
    {
        Hear(nameof(SetLength));
        Inner.SetLength(file, length);
    }

    public override void Reserve(SafeFileHandle file, long length)
    {
        Hear(nameof(Reserve));
        Inner.Reserve(file, length);
    }

    public override void Flush(SafeFileHandle file)
    {
        Hear(nameof(Flush));
        Inner.Flush(file);
    }

    public override void FlushStores(SafeFileHandle file)
    {
        Hear(nameof(FlushStores));
        Inner.FlushStores(file);
    }

    public override void Settle(SafeFileHandle file)
    {
        Hear(nameof(Settle));
        Inner.Settle(file);
    }

    public override bool TellsLate(SafeFileHandle file)
    {
        Hear(nameof(TellsLate));
        return Inner.TellsLate(file);
    }

    public override bool ReplacesInSteps(Folder folder)
    {
        Hear(nameof(ReplacesInSteps));
        return Inner.ReplacesInSteps(folder);
    }

    public override void Forget(SafeFileHandle file, long offset = 0, long? length = null)
    {
        Hear(nameof(Forget));
        Inner.Forget(file, offset, length);
    }

    public override void SetModified(SafeFileHandle file, FileTime modified, bool keepsWhatItTakes = false)
    {
        Hear(nameof(SetModified));
        Inner.SetModified(file, modified, keepsWhatItTakes);
    }

    public override void SetMode(SafeFileHandle file, UnixFileMode mode)
    {
        Hear(nameof(SetMode));
        Inner.SetMode(file, mode);
    }

    public override void CopyOwner(SafeFileHandle from, SafeFileHandle to)
    {
        Hear(nameof(CopyOwner));
        Inner.CopyOwner(from, to);
    }

    public override void CopyAttributes(SafeFileHandle from, SafeFileHandle to, bool ofAccess)
    {
        Hear(nameof(CopyAttributes));
        Inner.CopyAttributes(from, to, ofAccess);
    }

    public override FileAttributes? Attributes(Folder folder, string name)
    {
        Hear(nameof(Attributes));
        return Inner.Attributes(folder, name);
    }

    public override void SetAttributes(Folder folder, string name, FileAttributes attributes)
    {
        Hear(nameof(SetAttributes));
        Inner.SetAttributes(folder, name, attributes);
    }

    public override string RealPath(string path)
    {
        Hear(nameof(RealPath));
        return Inner.RealPath(path);
    }

    /// <summary>Is told the name of each call; what it throws, the call throws.</summary>
    protected virtual void Hear(string call)
    {
        // Nothing happens unless a test says so.
    }
}
