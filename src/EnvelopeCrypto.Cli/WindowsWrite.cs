namespace EnvelopeCrypto.Cli;

/// <summary>Writes some of the bytes, as WriteFile does.</summary>
/// <param name="bytes">What to write.</param>
/// <param name="written">How many bytes were written.</param>
/// <returns>0, or the Windows error code.</returns>
internal delegate int WindowsWrite(ReadOnlySpan<byte> bytes, out int written);
