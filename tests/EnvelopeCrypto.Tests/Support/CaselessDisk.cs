namespace EnvelopeCrypto.Tests.Support;

/// <summary>
/// A small disk of exFAT, which knows no case: its names a and A lead to one file. Where root may mount one by FUSE; else the test is
/// skipped.
/// </summary>
internal sealed class CaselessDisk : IDisposable
{
    private const long Size = 16L << 20;

    private readonly TempFolder _folder = new();
    private readonly string _device = "";

    public CaselessDisk()
    {
        try
        {
            if (!OperatingSystem.IsLinux() || !UnixTool.IsRoot)
                Assert.Skip("Only root on Linux may mount a small disk.");
            using (var image = File.Create(_folder["image"]))
                image.SetLength(Size);
            Directory.CreateDirectory(Path);
            _device = UnixTool.Output("losetup", "--find", "--show", _folder["image"]).Trim();
            UnixTool.Run("mkfs.exfat", _device);
            UnixTool.Run("mount.exfat-fuse", _device, Path);
        }
        catch
        {
            Detach();
            throw;
        }
    }

    public string Path => _folder["disk"];

    public string this[string name] => System.IO.Path.Combine(Path, name);

    // Lazily: a process that another test starts just now may hold a handle of ours until its exec.
    public void Dispose()
    {
        UnixTool.Output("umount", "--lazy", Path);
        Detach();
    }

    private void Detach()
    {
        if (_device.Length > 0)
            UnixTool.Output("losetup", "--detach", _device);
        _folder.Dispose();
    }
}
