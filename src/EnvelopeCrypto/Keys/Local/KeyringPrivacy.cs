using EnvelopeCrypto.Disk;

namespace EnvelopeCrypto.Keys.Local;

/// <summary>Makes folders that only their owner may use, and refuses a keyring that others can read or write.</summary>
internal static class KeyringPrivacy
{
    private const UnixFileMode OwnerAll = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode Others = (UnixFileMode)0b000_111_111;

    /// <summary>Makes a folder, and those above it that are missing, for this user alone. One that exists stays as it is.</summary>
    /// <returns>Whether it was made.</returns>
    /// <exception cref="IOException">It cannot be made.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be made.</exception>
    public static bool MakeFolder(string folder)
    {
        if (Directory.Exists(folder))
            return false;
        if (Path.GetDirectoryName(folder) is { Length: > 0 } parent)
            MakeFolder(parent);
        if (OperatingSystem.IsWindows())
            WindowsPrivacy.MakeFolder(folder);
        else
            Directory.CreateDirectory(folder, OwnerAll);
        return true;
    }

    /// <summary>Looks at what is really used: at the end of all links.</summary>
    /// <exception cref="EnvelopeException">KeyringNotPrivate, with the command that mends it.</exception>
    public static void Require(string path, FileStatus status)
    {
        var isFolder = status.Kind == FileKind.Folder;
        var what = isFolder ? "folder" : "file";
        if (status.Mode is { } mode && (mode & Others) != UnixFileMode.None)
        {
            throw NotPrivate(
                path,
                $"others can use this {what} of the keyring. On a file system without modes (NTFS, exFAT, many shares) mount it with "
                + $"umask=077, or set {KeyringLocation.Variable} to a folder on another one; elsewhere mend it with: chmod {(isFolder ? "700" : "600")} {ShellQuoted(path)}");
        }
        if (FileOwner.IsStranger(status))
        {
            throw NotPrivate(
                path,
                $"this {what} of the keyring belongs to another user; "
                + $"as that user, or with another folder in {KeyringLocation.Variable}, it works.");
        }
        if (OperatingSystem.IsWindows() && WindowsPrivacy.IsOpenToOthers(path, isFolder))
        {
            throw NotPrivate(
                path, $"others can use this {what} of the keyring; mend it with: {WindowsPrivacy.MendingCommand(path, isFolder)}");
        }
    }

    /// <summary>The path as one word of a POSIX shell.</summary>
    internal static string ShellQuoted(string path) => $"'{path.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    private static EnvelopeException NotPrivate(string path, string reason) =>
        new EnvelopeException(EnvelopeError.KeyringNotPrivate, reason).About(path);
}
