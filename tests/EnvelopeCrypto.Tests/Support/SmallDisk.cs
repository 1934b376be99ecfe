namespace EnvelopeCrypto.Tests.Support;

/// <summary>A file system of its own in memory, as small as one likes. Only where root may mount one; else the test is skipped.</summary>
internal sealed class SmallDisk : IDisposable
{
    private readonly string _folder;

    /// <param name="folder">Where it is mounted; made when it is missing.</param>
    /// <param name="kibibytes">Its size.</param>
    public SmallDisk(string folder, int kibibytes)
    {
        if (!OperatingSystem.IsLinux() || !UnixTool.IsRoot)
            Assert.Skip("Only root on Linux may mount a small disk.");
        Directory.CreateDirectory(folder);
        UnixTool.Run("mount", "-t", "tmpfs", "-o", $"size={kibibytes}k,mode=0700", "tmpfs", folder);
        _folder = folder;
    }

    public void Dispose() => UnixTool.Run("umount", _folder);
}
