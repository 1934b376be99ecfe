namespace EnvelopeCrypto.Disk;

/// <summary>What an attempt to lock a file came to.</summary>
internal enum LockState
{
    /// <summary>It is ours until its handle is closed.</summary>
    Taken,

    /// <summary>Another handle holds it.</summary>
    Held,

    /// <summary>This file system has no locks.</summary>
    Unavailable,
}
