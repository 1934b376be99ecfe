using Microsoft.Win32.SafeHandles;

namespace EnvelopeCrypto.Disk;

/// <summary>
/// A folder that was opened: what takes its path later changes nothing for those who look up names in it. On systems where names are
/// looked up by path it is that path; Windows lets no other folder take it while the handle is open.
/// </summary>
/// <param name="path">The path by which it was opened, for messages.</param>
/// <param name="handle">Null where names are looked up by path.</param>
/// <param name="realPath">The path behind all links, where names are looked up by it; null for the same one.</param>
internal sealed class Folder(string path, SafeFileHandle? handle, string? realPath = null) : IDisposable
{
    private bool _isLent;

    public string Path { get; } = path;

    /// <exception cref="InvalidOperationException">This system looks up names by path.</exception>
    public SafeFileHandle Handle => handle ?? throw new InvalidOperationException("This folder has no handle.");

    /// <summary>By which names in it are looked up, where that is done by path.</summary>
    public string RealPath { get; } = realPath ?? path;

    /// <summary>The path of a name in it.</summary>
    public string PathOf(string name) => System.IO.Path.Join(Path, name);

    /// <summary>The same folder for somebody else, who disposes it and does not close it.</summary>
    public Folder Lend() => new(Path, handle, RealPath) { _isLent = true };

    public void Dispose()
    {
        if (!_isLent)
            handle?.Dispose();
    }
}
