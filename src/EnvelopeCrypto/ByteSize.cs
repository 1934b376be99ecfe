using System.Globalization;

namespace EnvelopeCrypto;

/// <summary>Sizes as people read them: 1,024 to the KiB.</summary>
internal static class ByteSize
{
    private static readonly string[] Units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];

    /// <summary><c>512 B</c>, <c>1.5 KiB</c>.</summary>
    public static string Format(double bytes)
    {
        var unit = 0;
        for (; bytes >= 1024 && unit < Units.Length - 1; unit++)
            bytes /= 1024;
        return string.Create(CultureInfo.InvariantCulture, $"{Math.Round(bytes, unit == 0 ? 0 : 1)} {Units[unit]}");
    }
}
