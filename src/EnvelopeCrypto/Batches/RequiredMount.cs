using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Text.RegularExpressions;
using EnvelopeCrypto.Disk;

namespace EnvelopeCrypto.Batches;

/// <summary>
/// That a destination is a mount point: else a disk that is not mounted leaves an empty folder, and the backup goes to the system's own
/// disk and is called done.
/// </summary>
/// <remarks>
/// The folder itself, not one above it: with /home on a disk of its own, the folder for a disk at /home/me/vault lies below a mount
/// point whether that disk is mounted or not. On Windows a drive that is not there has no folders, so any folder will do that is not on
/// the system's drive.
/// </remarks>
internal static partial class RequiredMount
{
    private const int MaxPath = 32_768;

    /// <param name="folder">The folder that outputs go into.</param>
    /// <exception cref="EnvelopeException">DestinationNotMounted.</exception>
    public static void Require(string folder)
    {
        try
        {
            var real = Path.TrimEndingDirectorySeparator(RealPath.Of(Path.GetFullPath(folder)));
            if (OperatingSystem.IsWindows() ? OffSystemDrive(real) : IsMountPoint(real))
                return;
        }
        catch (Exception failure) when (DiskFailure.Is(failure))
        {
            throw Refusal(folder, $"it cannot be told whether it is a mount point: {failure.Message}", failure);
        }
        throw Refusal(
            folder,
            OperatingSystem.IsWindows()
                ? "it is on the system's own drive; no disk is mounted there."
                : "it has to be a mount point, and nothing is mounted there; is the disk?");
    }

    private static bool IsMountPoint(string folder)
    {
        if (!Directory.Exists(folder) || Path.GetPathRoot(folder) == folder)
            return false;
        LookInto(folder);
        // Bind mounts are among them. What only stands ready to be mounted is one of autofs.
        return DriveInfo.GetDrives().Any(drive => NameOf(drive) == folder) && new DriveInfo(folder).DriveFormat != "autofs";
    }

    // .NET gives the names as Linux lists them, where a blank is \040.
    private static string NameOf(DriveInfo drive) => OperatingSystem.IsLinux()
        ? Escape().Replace(drive.Name, match => ((char)Convert.ToInt32(match.Value[1..], 8)).ToString())
        : drive.Name;

    // That lets an automounter mount it.
    private static void LookInto(string folder)
    {
        try
        {
            using var entries = Directory.EnumerateFileSystemEntries(folder).GetEnumerator();
            entries.MoveNext();
        }
        catch (UnauthorizedAccessException)
        {
            // A folder that may only be written to can be a mount point all the same.
        }
    }

    [SupportedOSPlatform("windows")]
    private static bool OffSystemDrive(string folder)
    {
        var root = new char[MaxPath];
        return Directory.Exists(folder)
            && VolumePathOf(folder, root, root.Length)
            && !string.Equals(
                new string(root, 0, Array.IndexOf(root, '\0')), Path.GetPathRoot(Environment.SystemDirectory),
                StringComparison.OrdinalIgnoreCase);
    }

    private static EnvelopeException Refusal(string folder, string reason, Exception? inner = null) =>
        new EnvelopeException(EnvelopeError.DestinationNotMounted, reason, inner).About(folder);

    [GeneratedRegex(@"\\[0-7]{3}", RegexOptions.None, 60_000)]
    private static partial Regex Escape();

    [LibraryImport("kernel32", EntryPoint = "GetVolumePathNameW", StringMarshalling = StringMarshalling.Utf16, SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool VolumePathOf(string path, [Out] char[] volume, int length);
}
