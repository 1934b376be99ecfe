namespace EnvelopeCrypto.Tests.Support;

/// <summary>What a full disk fails with on this system.</summary>
internal static class FullDisk
{
    public static IOException Failure() => new("No room.", OperatingSystem.IsWindows() ? unchecked((int)0x80070070) : 28);
}
