namespace EnvelopeCrypto.Disk;

/// <summary>What stands under a name.</summary>
internal enum FileKind
{
    Regular,
    Folder,
    SymbolicLink,

    /// <summary>A pipe, socket or device: opening one can block, or act.</summary>
    Special,
}
