using System.Globalization;

namespace EnvelopeCrypto.PowerShell;

/// <summary>Sizes as people read them: 1,024 to the KiB. Public, since the module's views call it.</summary>
public static class ByteSize
{
    private static readonly string[] Units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];

    /// <summary><c>512 B</c>, <c>1.5 KiB</c>; nothing for null.</summary>
    public static string Format(double? bytes)
    {
        if (bytes is not { } size)
            return "";
        var unit = 0;
        for (; size >= 1024 && unit < Units.Length - 1; unit++)
            size /= 1024;
        return string.Create(CultureInfo.InvariantCulture, $"{(unit == 0 ? size : Math.Round(size, 1))} {Units[unit]}");
    }
}
