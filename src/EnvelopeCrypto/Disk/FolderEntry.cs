namespace EnvelopeCrypto.Disk;

/// <summary>A name in a folder.</summary>
/// <param name="Name">As text; bytes that are not UTF-8 come as U+FFFD.</param>
/// <param name="IsText">Whether the name is UTF-8, so that the file can be opened by it.</param>
internal readonly record struct FolderEntry(string Name, bool IsText);
