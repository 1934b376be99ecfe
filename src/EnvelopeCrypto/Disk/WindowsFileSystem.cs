using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace EnvelopeCrypto.Disk;

/// <summary>Windows, where a file has an identity and can be deleted by it.</summary>
[SupportedOSPlatform("windows")]
internal sealed class WindowsFileSystem : PathFileSystem
{
    public override bool Remove(Folder folder, string name, FileStatus known) =>
        WindowsCalls.Remove(folder.PathOf(name), known, () => Status(folder, name));

    protected override (ulong Volume, UInt128 Number) Identity(string path) => WindowsCalls.Identity(path);
}
