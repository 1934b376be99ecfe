using EnvelopeCrypto.Disk;

namespace EnvelopeCrypto.Tests.Support;

/// <summary>A file that takes another's place, which somebody may have open: on Windows <c>File.Move</c> refuses that.</summary>
internal static class Successor
{
    public static void Takes(string newer, string path)
    {
        var (folder, name) = (Path.GetDirectoryName(path)!, Path.GetFileName(path));
        var beside = Path.Combine(folder, name + ".successor");
        File.Move(newer, beside);
        using var open = FileSystem.Default.OpenFolder(folder);
        FileSystem.Default.Rename(open, Path.GetFileName(beside), name, replace: true);
    }
}
