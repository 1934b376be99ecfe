namespace EnvelopeCrypto.Batches;

/// <summary>Folders that a restore makes: what modes they had is not sealed, so they are the user's alone.</summary>
internal static class RestoredFolders
{
    /// <summary>0700.</summary>
    public const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>
    /// What to say of those that a run made; null when it made none, and on Windows, where they are as open as the one above.
    /// </summary>
    public static string? Notice(long made) => made == 0 || OperatingSystem.IsWindows() ? null
        : made == 1 ? "1 folder was created with mode 0700, since folder modes are not stored."
        : $"{made} folders were created with mode 0700, since folder modes are not stored.";
}
