namespace EnvelopeCrypto.Disk;

/// <summary>
/// The old file lost its name, the new one did not get it, and the old one could not have it back. Both are there, and neither may be
/// removed.
/// </summary>
/// <param name="path">The name that is free now.</param>
/// <param name="old">Where the old file is.</param>
/// <param name="anew">Where the new one is.</param>
/// <param name="failure">Why.</param>
internal sealed class UnfinishedReplacementException(string path, string old, string anew, Exception failure)
    : IOException(
        $"'{path}' could not be replaced. The old file is now '{old}', the new one '{anew}'; rename the one to keep.",
        failure);
