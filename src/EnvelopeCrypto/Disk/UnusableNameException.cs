namespace EnvelopeCrypto.Disk;

/// <summary>
/// Windows has no file of this name, or opens something else by it: a stream, a device, or a file whose name ends before the dot or blank.
/// </summary>
internal sealed class UnusableNameException(string path)
    : IOException($"Windows has no file with the name of '{path}', or opens a device or another file by it.");
