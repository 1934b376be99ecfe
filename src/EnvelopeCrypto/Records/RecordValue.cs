using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Security;
using System.Text;

namespace EnvelopeCrypto.Records;

/// <summary>
/// Values as bytes and back: text as UTF-8, bytes as they are, secrets by <see cref="RecordSecret"/>, all else as text that depends on no
/// culture.
/// </summary>
internal static class RecordValue
{
    /// <summary>Bytes of the longest value that a token holds: 1 MiB.</summary>
    public const int MaxLength = 1024 * 1024;

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    // In the order of RecordValueType.
    private static readonly string[] Words =
    [
        "text", "bytes", "bool", "int32", "int64", "decimal", "double", "datetime", "datetimeoffset", "guid", "securestring",
        "pscredential",
    ];

    public static string WordOf(RecordValueType type) => Words[(int)type];

    /// <summary>The type of a word; null for one of a later version.</summary>
    public static RecordValueType? TypeOf(string word) => Array.IndexOf(Words, word) is var index and >= 0 ? (RecordValueType)index : null;

    /// <summary>Type and bytes of a value that is not null; the caller zeroes them.</summary>
    /// <exception cref="EnvelopeException">ValueUnsupported.</exception>
    public static (RecordValueType Type, byte[] Bytes) Encode(object value)
    {
        var type = TypeOf(value);
        if (value is byte[] given)
            return given.Length <= MaxLength ? (type, (byte[])given.Clone()) : throw TooLong(given.Length);
        return (type, value switch
        {
            SecureString secret => RecordSecret.Encode(secret),
            NetworkCredential credential => RecordSecret.Encode(credential),
            _ => TextBytes(TextOf(value)),
        });
    }

    /// <summary>The value of bytes that were authenticated.</summary>
    /// <exception cref="EnvelopeException">TokenInvalid: anyone who wrote them broke the format's rules.</exception>
    public static object Decode(RecordValueType type, ReadOnlySpan<byte> bytes)
    {
        if (type == RecordValueType.Bytes)
            return bytes.ToArray();
        try
        {
            if (type == RecordValueType.SecureString)
                return RecordSecret.DecodeText(bytes);
            if (type == RecordValueType.PSCredential)
                return RecordSecret.DecodeCredential(bytes);
            var text = Utf8.GetString(bytes);
            var value = Parse(type, text);
            // The offset of a local time is that of the place where it is read.
            var isSame = TextOf(value) == text || value is DateTime { Kind: DateTimeKind.Local };
            return isSame ? value : throw NotAValue(type);
        }
        catch (Exception failure) when (failure is FormatException or OverflowException or ArgumentException)
        {
            throw NotAValue(type);
        }
    }

    /// <summary>The text of a single value that a token is bound to, or holds; it depends on no culture.</summary>
    /// <exception cref="EnvelopeException">ValueUnsupported.</exception>
    public static string TextOf(object value) => value switch
    {
        string text => text,
        bool truth => truth ? "True" : "False",
        double number => number.ToString("R", CultureInfo.InvariantCulture),
        float number => number.ToString("R", CultureInfo.InvariantCulture),
        DateTime time => time.ToString("O", CultureInfo.InvariantCulture),
        DateTimeOffset time => time.ToString("O", CultureInfo.InvariantCulture),
        Guid id => id.ToString("D"),
        Enum => throw Unsupported(value),
        byte or sbyte or short or ushort or int or uint or long or ulong or decimal =>
            ((IFormattable)value).ToString(format: null, CultureInfo.InvariantCulture),
        char letter => letter.ToString(),
        SecureString or NetworkCredential => throw new EnvelopeException(
            EnvelopeError.ValueUnsupported, "a token cannot be bound to a secret; bind it to what never changes, such as a primary key."),
        _ => throw Unsupported(value),
    };

    /// <summary>UTF-8 of a text.</summary>
    /// <exception cref="EnvelopeException">ValueUnsupported for a text that is not sound Unicode, or too long.</exception>
    public static byte[] TextBytes(string text)
    {
        try
        {
            var length = Utf8.GetByteCount(text);
            return length <= MaxLength ? Utf8.GetBytes(text) : throw TooLong(length);
        }
        catch (EncoderFallbackException)
        {
            throw new EnvelopeException(
                EnvelopeError.ValueUnsupported, "the text is not sound Unicode: it has half of a surrogate pair; give it as bytes.");
        }
    }

    private static RecordValueType TypeOf(object value) => value switch
    {
        string => RecordValueType.Text,
        byte[] => RecordValueType.Bytes,
        Enum => throw Unsupported(value),
        bool => RecordValueType.Bool,
        int => RecordValueType.Int32,
        long => RecordValueType.Int64,
        decimal => RecordValueType.Decimal,
        double => RecordValueType.Double,
        DateTime => RecordValueType.DateTime,
        DateTimeOffset => RecordValueType.DateTimeOffset,
        Guid => RecordValueType.Guid,
        SecureString => RecordValueType.SecureString,
        NetworkCredential => RecordValueType.PSCredential,
        _ => throw Unsupported(value),
    };

    private static object Parse(RecordValueType type, string text) => type switch
    {
        RecordValueType.Text => text,
        RecordValueType.Bool => bool.Parse(text),
        RecordValueType.Int32 => int.Parse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture),
        RecordValueType.Int64 => long.Parse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture),
        RecordValueType.Decimal => decimal.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture),
        RecordValueType.Double => double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture),
        RecordValueType.DateTime => Time(text),
        RecordValueType.DateTimeOffset => DateTimeOffset.ParseExact(text, "O", CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind),
        RecordValueType.Guid => Guid.ParseExact(text, "D"),
        _ => throw new UnreachableException(),
    };

    // What a DateTime writes, and nothing that .NET would also take: an offset without a colon, one digit for the hour, -00:00.
    private static DateTime Time(string text)
    {
        const int ClockLength = 27;
        if (text.Length < ClockLength)
            throw new FormatException();
        var clock = DateTime.ParseExact(
            text.AsSpan(0, ClockLength), "yyyy-MM-dd'T'HH:mm:ss.fffffff", CultureInfo.InvariantCulture, DateTimeStyles.None);
        return text[ClockLength..] switch
        {
            "" => clock,
            "Z" => DateTime.SpecifyKind(clock, DateTimeKind.Utc),
            var offset => Local(clock, Offset(offset), TimeZoneInfo.Local),
        };
    }

    private static TimeSpan Offset(string text)
    {
        // Any day but the calendar's first and last has room for an offset.
        var day = DateTimeOffset.ParseExact($"2000-01-02T00:00:00.0000000{text}", "O", CultureInfo.InvariantCulture, DateTimeStyles.None);
        return day.ToString("zzz", CultureInfo.InvariantCulture) == text ? day.Offset : throw new FormatException();
    }

    /// <summary>The same moment by the clocks of a place; at an end of the calendar that lacks it, the nearest that there is.</summary>
    /// <param name="clock">What the clocks showed where it was written.</param>
    /// <param name="offset">How far those were ahead of UTC.</param>
    /// <param name="zone">The place.</param>
    internal static DateTime Local(DateTime clock, TimeSpan offset, TimeZoneInfo zone)
    {
        var moment = clock.Ticks - offset.Ticks; // outside the calendar in its first and last hours
        var utc = new DateTime(Math.Clamp(moment, 0, DateTime.MaxValue.Ticks), DateTimeKind.Utc);
        var time = utc.Ticks == moment
            ? TimeZoneInfo.ConvertTimeFromUtc(utc, zone)
            : new DateTime(Math.Clamp(moment + zone.GetUtcOffset(utc).Ticks, 0, DateTime.MaxValue.Ticks), DateTimeKind.Local);
        // Of an hour that comes twice, a time that is local already knows which of the two it is.
        return time.Kind == DateTimeKind.Local ? time : DateTime.SpecifyKind(time, DateTimeKind.Local);
    }

    private static EnvelopeException Unsupported(object value) => new(
        EnvelopeError.ValueUnsupported,
        $"a {value.GetType().Name} does not fit into a token; "
        + "text, bytes, Boolean, Int32, Int64, Decimal, Double, DateTime, DateTimeOffset, Guid, SecureString and PSCredential do. "
        + "Turn it into text first.");

    internal static EnvelopeException TooLong(int length) =>
        new(EnvelopeError.ValueUnsupported, $"the value has {length} bytes, and a token holds {MaxLength}; keep it in a file.");

    private static EnvelopeException NotAValue(RecordValueType type) =>
        new(EnvelopeError.TokenInvalid, $"the token opens, but what it holds is no '{WordOf(type)}'; a faulty program made it.");
}
