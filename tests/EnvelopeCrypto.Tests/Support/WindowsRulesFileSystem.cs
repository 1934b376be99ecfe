using System.Runtime.Versioning;
using EnvelopeCrypto.Disk;
using Microsoft.Win32.SafeHandles;

namespace EnvelopeCrypto.Tests.Support;

/// <summary>
/// This machine's file system with the rules of Windows: who opens a file says what others may do meanwhile, and is refused what those
/// before it do not share; read-only files are not opened to write; only what was opened to write is flushed; a temporary file has a name
/// from the start; nothing has a mode, and no time is before 1601.
/// </summary>
/// <param name="namesWait">
/// Whether the name of a deleted file is taken until all have closed it, as on FAT, shares and Windows before 10; else it is free at once.
/// </param>
[SupportedOSPlatform("linux")]
internal sealed class WindowsRulesFileSystem(bool namesWait) : ObservedFileSystem
{
    private static readonly FileTime First = new(-11_644_473_600, 0);

    private readonly object _lock = new();
    private readonly List<OpenFile> _open = [];
    private int _calls;

    [Flags]
    private enum Rights
    {
        None = 0,
        Read = 1,
        Write = 2,
        Delete = 4,
        All = Read | Write | Delete,
    }

    /// <summary>Hears of each call, with its number from 1; what it throws, the call throws.</summary>
    public Action<string, int>? Before { get; init; }

    /// <summary>How many calls there were.</summary>
    public int Calls => _calls;

    /// <summary>How many handles are open.</summary>
    public int OpenHandles
    {
        get
        {
            lock (_lock)
                return _open.Count(file => !file.Handle.IsClosed);
        }
    }

    public override FileStatus? Status(Folder folder, string name, bool followLink = false, bool current = false) =>
        IsWaiting(folder, name) ? null : AsOfWindows(base.Status(folder, name, followLink, current));

    public override FileStatus Status(SafeFileHandle file, string path) => AsOfWindows(base.Status(file, path))!.Value;

    public override SafeFileHandle OpenRead(Folder folder, string name, bool followLink = false)
    {
        RequireFree(folder, name);
        return Opened(base.OpenRead(folder, name, followLink), folder, name, Rights.Read, Rights.All);
    }

    public override SafeFileHandle OpenWrite(Folder folder, string name, bool followLink = false)
    {
        RequireFree(folder, name);
        if (IsReadOnly(folder, name))
            throw new UnauthorizedAccessException("It is read-only.");
        return Opened(base.OpenWrite(folder, name, followLink), folder, name, Rights.Read | Rights.Write, Rights.Read | Rights.Delete);
    }

    public override SafeFileHandle OpenShared(Folder folder, string name)
    {
        RequireFree(folder, name);
        if (IsReadOnly(folder, name))
            throw new UnauthorizedAccessException("It is read-only.");
        return Opened(base.OpenShared(folder, name), folder, name, Rights.Read | Rights.Write, Rights.All);
    }

    public override SafeFileHandle OpenToFlush(Folder folder, string name, bool followLink = false)
    {
        Hear(nameof(OpenToFlush));
        RequireFree(folder, name);
        return Opened(Inner.OpenWrite(folder, name, followLink), folder, name, Rights.Read | Rights.Write, Rights.All);
    }

    public override SafeFileHandle OpenLock(Folder folder, string name, bool keepsName)
    {
        RequireFree(folder, name);
        return Opened(base.OpenLock(folder, name, keepsName), folder, name, Rights.All, Rights.None);
    }

    public override LockState TryLock(SafeFileHandle file, bool shared = false) => LockState.Taken;

    public override bool TryHold(SafeFileHandle file) => true;

    public override TemporaryFile CreateTemporary(Folder folder)
    {
        Hear(nameof(CreateTemporary));
        var made = ((LinuxFileSystem)Inner).CreateNamedTemporary(folder);
        Opened(made.Handle, folder, made.Name!, Rights.All, Rights.Read | Rights.Delete);
        return made;
    }

    public override bool Publish(TemporaryFile file, string name, bool replace)
    {
        RequireMayGo(file.Folder, name);
        return base.Publish(file, name, replace);
    }

    public override bool Rename(Folder folder, string from, string to, bool replace)
    {
        RequireMayGo(folder, from);
        RequireMayGo(folder, to);
        return base.Rename(folder, from, to, replace);
    }

    public override void Delete(Folder folder, string name)
    {
        RequireMayGo(folder, name);
        Wait(folder, name);
        base.Delete(folder, name);
    }

    public override bool Remove(Folder folder, string name, FileStatus known)
    {
        Hear(nameof(Remove));
        RequireMayGo(folder, name, Rights.Read | Rights.Delete); // and none has it open to write
        if (Status(folder, name)?.IsUnchangedSince(known) != true)
            return false;
        Wait(folder, name);
        Inner.Delete(folder, name);
        return true;
    }

    public override void Flush(SafeFileHandle file)
    {
        lock (_lock)
        {
            if (_open.Find(open => ReferenceEquals(open.Handle, file)) is { } mine && !mine.Has.HasFlag(Rights.Write))
                throw new UnauthorizedAccessException("It was not opened to write.");
        }
        base.Flush(file);
    }

    public override void FlushStores(SafeFileHandle file) => Hear(nameof(FlushStores));

    public override void FlushFolder(Folder folder) => Hear(nameof(FlushFolder));

    public override void SetModified(SafeFileHandle file, FileTime modified, bool keepsWhatItTakes = false)
    {
        Hear(nameof(SetModified));
        if (modified.Seconds > First.Seconds)
            Inner.SetModified(file, modified with { Nanoseconds = modified.Nanoseconds / 100 * 100 });
    }

    public override void SetMode(SafeFileHandle file, UnixFileMode mode) => Hear(nameof(SetMode));

    public override void CopyOwner(SafeFileHandle from, SafeFileHandle to) => Hear(nameof(CopyOwner));

    public override FileAttributes? Attributes(Folder folder, string name)
    {
        Hear(nameof(Attributes));
        return IsReadOnly(folder, name) ? FileAttributes.ReadOnly : FileAttributes.Normal;
    }

    public override void SetAttributes(Folder folder, string name, FileAttributes attributes)
    {
        Hear(nameof(SetAttributes));
        var mode = UnixFileMode.UserRead | (attributes.HasFlag(FileAttributes.ReadOnly) ? UnixFileMode.None : UnixFileMode.UserWrite);
        File.SetUnixFileMode(folder.PathOf(name), mode);
    }

    protected override void Hear(string call) => Before?.Invoke(call, Interlocked.Increment(ref _calls));

    private static FileStatus? AsOfWindows(FileStatus? status) => status is { } known ? known with { Mode = null, Changed = default, Owner = null, Group = null } : null;

    private static bool IsReadOnly(Folder folder, string name) =>
        Inner.Status(folder, name, followLink: true) is { Mode: { } mode } && !mode.HasFlag(UnixFileMode.UserWrite);

    // Linux' word for a file that another holds.
    private static IOException InUse() => new("The process cannot access the file because it is being used by another process.", 11);

    private SafeFileHandle Opened(SafeFileHandle handle, Folder folder, string name, Rights has, Rights shares)
    {
        var file = new OpenFile(handle, Inner.Status(handle, name), folder.PathOf(name), has, shares);
        lock (_lock)
        {
            _open.RemoveAll(open => open.Handle.IsClosed);
            if (_open.Exists(open => open.Status.IsSameFileAs(file.Status) && ((open.Has & ~shares) != Rights.None || (has & ~open.Shares) != Rights.None)))
            {
                handle.Dispose();
                throw InUse();
            }
            _open.Add(file);
        }
        return handle;
    }

    // Each who has it open must share that: to take its name away is to delete it.
    private void RequireMayGo(Folder folder, string name, Rights shares = Rights.All)
    {
        RequireFree(folder, name);
        if (Inner.Status(folder, name) is not { } there)
            return;
        lock (_lock)
        {
            if (_open.Exists(open => !open.Handle.IsClosed && open.Status.IsSameFileAs(there)
                && (!open.Shares.HasFlag(Rights.Delete) || (open.Has & ~(shares | Rights.Delete)) != Rights.None)))
            {
                throw InUse();
            }
        }
    }

    private void RequireFree(Folder folder, string name)
    {
        if (IsWaiting(folder, name))
            throw InUse();
    }

    private bool IsWaiting(Folder folder, string name)
    {
        lock (_lock)
            return _open.Exists(open => open.IsDeleted && !open.Handle.IsClosed && open.Path == folder.PathOf(name));
    }

    private void Wait(Folder folder, string name)
    {
        if (!namesWait || Inner.Status(folder, name) is not { } there)
            return;
        lock (_lock)
        {
            foreach (var open in _open.Where(open => open.Status.IsSameFileAs(there)))
                (open.IsDeleted, open.Path) = (true, folder.PathOf(name));
        }
    }

    private sealed class OpenFile(SafeFileHandle handle, FileStatus status, string path, Rights has, Rights shares)
    {
        public SafeFileHandle Handle => handle;

        public FileStatus Status => status;

        public Rights Has => has;

        public Rights Shares => shares;

        public string Path { get; set; } = path;

        public bool IsDeleted { get; set; }
    }
}
