namespace EnvelopeCrypto.Disk;

/// <summary>Windows opens something else by this name: a device, or a file whose name ends before the dot or blank.</summary>
internal sealed class UnusableNameException(string path)
    : IOException($"Windows takes '{path}' for a device, or takes a dot or blank off its end.");
