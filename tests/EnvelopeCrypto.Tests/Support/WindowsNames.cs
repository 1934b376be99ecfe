using System.Buffers;
using EnvelopeCrypto.Disk;

namespace EnvelopeCrypto.Tests.Support;

/// <summary>This machine's file system, to which a name that Windows cannot have is an error, as it is there.</summary>
internal sealed class WindowsNames : ObservedFileSystem
{
    private const int InvalidName = unchecked((int)0x8007007B); // ERROR_INVALID_NAME

    private static readonly SearchValues<char> Impossible = SearchValues.Create("*?<>|\"");

    public override FileStatus? Status(Folder folder, string name, bool followLink = false, bool current = false) =>
        name.AsSpan().ContainsAny(Impossible)
        ? throw new IOException("The filename, directory name, or volume label syntax is incorrect.", InvalidName)
        : base.Status(folder, name, followLink, current);
}
