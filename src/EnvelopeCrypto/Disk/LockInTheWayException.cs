namespace EnvelopeCrypto.Disk;

/// <summary>What has the name of a lock file is not one of ours.</summary>
internal sealed class LockInTheWayException(string path) : IOException($"'{path}' is in the way: it is not a lock file of ours.");
