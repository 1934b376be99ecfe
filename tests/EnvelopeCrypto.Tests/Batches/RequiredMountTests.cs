using EnvelopeCrypto.Batches;
using EnvelopeCrypto.Tests.Support;

namespace EnvelopeCrypto.Tests.Batches;

/// <summary>What passes for a destination on a disk of its own.</summary>
public sealed class RequiredMountTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Folder_on_the_systems_disk_is_refused()
    {
        Directory.CreateDirectory(_folder["vault"]);
        Refuses(_folder["vault"]);
        Refuses(_folder["vault"] + Path.DirectorySeparatorChar);
    }

    [Fact]
    public void Folder_that_is_not_there_is_refused()
    {
        Refuses(_folder["none"]);
        Refuses(_folder["none/vault"]);
    }

    [Fact]
    public void Root_of_the_system_is_refused() => Refuses(Path.GetPathRoot(Path.GetFullPath(_folder.Path))!);

    [Fact]
    public void Disk_that_is_mounted_passes_and_a_folder_on_it_does_not()
    {
        // A blank is written in another way in the system's list.
        var vault = _folder["my vault"];
        using (new SmallDisk(vault, 64))
        {
            RequiredMount.Require(vault);
            RequiredMount.Require(vault + "/");
            Directory.CreateDirectory(Path.Join(vault, "below"));
            Refuses(Path.Join(vault, "below"));
            Refuses(Path.Join(vault, "new"));
            File.CreateSymbolicLink(_folder["link"], vault);
            RequiredMount.Require(_folder["link"]);
        }
        Refuses(vault);
        Refuses(_folder["link"]);
    }

    [Fact]
    public void Folder_that_is_mounted_once_more_passes()
    {
        Directory.CreateDirectory(_folder["data"]);
        Directory.CreateDirectory(_folder["vault"]);
        if (!OperatingSystem.IsLinux() || !UnixTool.IsRoot)
            Assert.Skip("Only root on Linux may mount a folder.");
        UnixTool.Run("mount", "--bind", _folder["data"], _folder["vault"]);
        try
        {
            RequiredMount.Require(_folder["vault"]); // though it is on the same device as the folder above it
        }
        finally
        {
            UnixTool.Run("umount", _folder["vault"]);
        }
    }

    private static void Refuses(string folder) =>
        Refused.As(EnvelopeError.DestinationNotMounted, () => RequiredMount.Require(folder));
}
