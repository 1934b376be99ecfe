using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace EnvelopeCrypto.Disk;

/// <content>
/// Names: of temporary files, of what is published, and of what goes. See open(2), linkat(2), renameat2(2) and unlinkat(2).
/// </content>
internal partial class LinuxFileSystem
{
    public override TemporaryFile CreateTemporary(Folder folder)
    {
        var unnamed = CanBeNamed
            ? Retry(folder, static folder => LinuxNative.Open(folder.Handle, ".", LinuxNative.Unnamed | LinuxNative.ReadWrite | LinuxNative.CloseOnExec, OwnerOnly))
            : -1;
        if (unnamed < 0)
            return CreateNamedTemporary(folder);
        return new TemporaryFile(new SafeFileHandle(unnamed, ownsHandle: true), folder, Name: null);
    }

    /// <summary>One that has a name from the start, as where there are none without.</summary>
    public TemporaryFile CreateNamedTemporary(Folder folder)
    {
        for (var left = MostNewFiles; left > 0; left--)
        {
            var name = TemporaryFile.NewName();
            var flags = LinuxNative.ReadWrite | LinuxNative.Create | LinuxNative.Exclusive | LinuxNative.NoFollow | LinuxNative.CloseOnExec;
            var descriptor = Retry((folder, name, flags), static at => LinuxNative.Open(at.folder.Handle, at.name, at.flags, OwnerOnly));
            if (descriptor < 0 && Marshal.GetLastPInvokeError() == LinuxError.Exists)
                continue;
            if (descriptor < 0)
                throw LinuxError.Last(folder.Path, ofFolder: true);
            var file = new SafeFileHandle(descriptor, ownsHandle: true);
            // Between the two calls another run can have taken it for that of a dead one.
            if (TryLock(file, shared: true) != LockState.Held && Status(folder, name, current: true) is { } named && named.IsSameFileAs(Status(file, name)))
                return new TemporaryFile(file, folder, name);
            TryDelete(folder, name);
            file.Dispose();
        }
        // A share can refuse each lock as if another had it, or give a file another identity by its name.
        throw new IOException($"Each of {MostNewFiles} new files was somebody else's at once: '{folder.Path}'");
    }

    public override bool Publish(TemporaryFile file, string name, bool replace)
    {
        var (folder, temporary) = (file.Folder, file.Name);
        if (temporary is null)
        {
            if (TryName(file.Handle, folder, name))
                return true;
            if (!replace)
                return false;
            temporary = NameTemporarily(file.Handle, folder);
        }
        try
        {
            return Rename(folder, temporary, name, replace);
        }
        catch
        {
            TryDelete(folder, temporary);
            throw;
        }
    }

    /// <summary>Gives a file without a name a temporary one, which others clean up when it is not locked.</summary>
    public static string NameTemporarily(SafeFileHandle unnamed, Folder folder)
    {
        UnixLock.TryTake(unnamed, shared: true);
        while (true)
        {
            var name = TemporaryFile.NewName();
            if (TryName(unnamed, folder, name))
                return name;
        }
    }

    // False when it is taken.
    private static bool TryName(SafeFileHandle unnamed, Folder folder, string name)
    {
        const int followLink = 0x400;
        if (LinuxNative.Link(LinuxNative.CurrentFolder, $"/proc/self/fd/{unnamed.DangerousGetHandle()}", folder.Handle, name, followLink) == 0)
            return true;
        return Marshal.GetLastPInvokeError() == LinuxError.Exists ? false : throw LinuxError.Last(folder.PathOf(name), ofFolder: true);
    }

    public override void Delete(Folder folder, string name)
    {
        if (LinuxNative.Unlink(folder.Handle, name, 0) != 0 && Marshal.GetLastPInvokeError() != LinuxError.NoSuchEntry)
            throw LinuxError.Last(folder.PathOf(name));
    }

    public override bool TryRemoveFolder(Folder folder, string name)
    {
        const int aFolder = 0x200; // AT_REMOVEDIR
        return LinuxNative.Unlink(folder.Handle, name, aFolder) == 0;
    }

    public override bool Remove(Folder folder, string name, FileStatus known)
    {
        if (Status(folder, name, current: true)?.IsUnchangedSince(known) != true)
            return false;
        return LinuxNative.Unlink(folder.Handle, name, 0) == 0 ? true : throw LinuxError.Last(folder.PathOf(name));
    }

    public override bool Rename(Folder folder, string from, string to, bool replace)
    {
        const int noFlags = 0;
        if (LinuxNative.Rename(folder.Handle, from, to, replace) == 0)
            return true;
        if (replace)
            throw NotNamed(folder, from, to);
        if (Marshal.GetLastPInvokeError() == LinuxError.Exists)
            return false;
        // Without renaming that spares what is there, a second name does it.
        if (LinuxNative.Link(folder.Handle, from, folder.Handle, to, noFlags) == 0)
        {
            TryDelete(folder, from);
            return true;
        }
        if (Marshal.GetLastPInvokeError() == LinuxError.Exists || Status(folder, to) is not null)
            return false;
        // Nor are there second names: what appears between the look and this is replaced.
        return LinuxNative.Rename(folder.Handle, from, to, replace: true) == 0 ? true : throw NotNamed(folder, from, to);
    }

    // Of a name that they cannot take, exFAT by FUSE says that nothing has it, FAT that it is invalid.
    private Exception NotNamed(Folder folder, string from, string to)
    {
        var isRefused = Marshal.GetLastPInvokeError() is LinuxError.NoSuchEntry or LinuxError.Invalid or LinuxError.IllegalSequence;
        var failure = LinuxError.Last(folder.PathOf(to), ofFolder: true);
        return isRefused && Status(folder, from) is not null
            ? new UnusableNameException(folder.PathOf(to), UnusableNameException.NotTaken)
            : failure;
    }
}
