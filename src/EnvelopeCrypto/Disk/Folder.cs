using Microsoft.Win32.SafeHandles;

namespace EnvelopeCrypto.Disk;

/// <summary>
/// A folder that was opened: what takes its path later changes nothing for those who look up names in it. On systems where names are
/// looked up by path it is that path.
/// </summary>
/// <param name="path">The path by which it was opened, for messages.</param>
/// <param name="handle">Null where names are looked up by path.</param>
internal sealed class Folder(string path, SafeFileHandle? handle) : IDisposable
{
    public string Path { get; } = path;

    /// <exception cref="InvalidOperationException">This system looks up names by path.</exception>
    public SafeFileHandle Handle => handle ?? throw new InvalidOperationException("This folder has no handle.");

    /// <summary>The path of a name in it.</summary>
    public string PathOf(string name) => System.IO.Path.Join(Path, name);

    public void Dispose() => handle?.Dispose();
}
