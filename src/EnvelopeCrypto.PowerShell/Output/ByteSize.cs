namespace EnvelopeCrypto.PowerShell;

/// <summary>Sizes as people read them. Public, since the module's views call it.</summary>
public static class ByteSize
{
    /// <summary><c>512 B</c>, <c>1.5 KiB</c>; nothing for null.</summary>
    public static string Format(double? bytes) => bytes is { } size ? EnvelopeCrypto.ByteSize.Format(size) : "";
}
