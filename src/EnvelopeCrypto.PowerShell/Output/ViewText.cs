namespace EnvelopeCrypto.PowerShell;

/// <summary>What the module's views show values as. Public, since they call it.</summary>
public static class ViewText
{
    /// <summary>A number of bytes: <c>512 B</c>, <c>1.5 KiB</c>; nothing for null.</summary>
    public static string Size(double? bytes) => bytes is { } size ? ByteSize.Format(size) : "";

    /// <summary>A text that can hold anything, in one line.</summary>
    public static string OneLine(string text) => DisplayText.OneLine(text);
}
