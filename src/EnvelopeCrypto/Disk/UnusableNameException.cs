namespace EnvelopeCrypto.Disk;

/// <summary>
/// No file can have this name here: Windows allows none or opens something else by it, or its file system takes none of it.
/// </summary>
/// <param name="path">The file.</param>
/// <param name="reason">Why, and what to do.</param>
internal sealed class UnusableNameException(string path, string reason = UnusableNameException.OfWindows)
    : IOException($"'{path}': {reason}")
{
    public const string NotTaken =
        "its file system takes no file of that name (exFAT and FAT none with : ? * < > | \" or \\), or its folder was removed; give it "
        + "another name.";

    private const string OfWindows =
        "Windows allows no < > : \" | ? * in a name, keeps some names for devices, and drops a dot or blank at the end; give it another name.";

    public string Reason { get; } = reason;
}
