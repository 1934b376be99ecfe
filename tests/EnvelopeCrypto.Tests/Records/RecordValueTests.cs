using System.Globalization;
using System.Text;
using EnvelopeCrypto.Records;
using EnvelopeCrypto.Tests.Support;

namespace EnvelopeCrypto.Tests.Records;

public class RecordValueTests
{
    public static TheoryData<object> Values =>
    [
        "", "text", "\0\n\"😀\uffff", new byte[] { 0, 255 }, Array.Empty<byte>(), true, false, 0, int.MinValue, int.MaxValue, long.MinValue, long.MaxValue,
        0m, 1.10m, -0.0m, decimal.MaxValue, decimal.MinValue, 0.1, -0.0, double.NaN, double.NegativeInfinity, double.Epsilon, double.MaxValue,
        DateTime.MinValue, DateTime.MaxValue, new DateTime(2026, 3, 29, 2, 30, 0, DateTimeKind.Utc).AddTicks(1), new DateTime(
            2026, 10, 25, 2, 30, 0, DateTimeKind.Unspecified),
        DateTimeOffset.MinValue, new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.FromMinutes(-570)), Guid.Empty, new Guid("00112233-4455-6677-8899-aabbccddeeff"),
    ];

    [Theory]
    [MemberData(nameof(Values), DisableDiscoveryEnumeration = true)]
    public void Value_comes_back_as_it_was(object value)
    {
        var (type, bytes) = RecordValue.Encode(value);
        var again = RecordValue.Decode(type, bytes);

        Assert.Equal(value.GetType(), again.GetType());
        Assert.Equal(value, again);
        if (value is decimal or double)
        {
            Assert.Equal(
                ((IFormattable)value).ToString(null, CultureInfo.InvariantCulture),
                ((IFormattable)again).ToString(null, CultureInfo.InvariantCulture));
        }
        if (value is DateTime time)
            Assert.Equal(time.Kind, ((DateTime)again).Kind);
    }

    [Fact]
    public void Local_time_comes_back_as_the_same_moment()
    {
        var value = new DateTime(2026, 7, 1, 12, 0, 0, DateTimeKind.Local);
        var (type, bytes) = RecordValue.Encode(value);
        var again = Assert.IsType<DateTime>(RecordValue.Decode(type, bytes));
        Assert.Equal((value.ToUniversalTime(), DateTimeKind.Local), (again.ToUniversalTime(), again.Kind));
    }

    [Theory]
    [InlineData("9999-12-31T23:59:59.9999999-05:00")]
    [InlineData("9999-12-31T23:59:59.9999999-14:00")]
    public void Last_local_time_of_another_place_is_on_the_last_day_here(string text)
    {
        var again = Assert.IsType<DateTime>(RecordValue.Decode(RecordValueType.DateTime, Encoding.UTF8.GetBytes(text)));
        Assert.Equal((DateTime.MaxValue.Date, DateTimeKind.Local), (again.Date, again.Kind));
    }

    [Theory]
    [InlineData("0001-01-01T00:00:00.0000000+01:00")]
    [InlineData("0001-01-01T00:00:00.0000000+14:00")]
    public void First_local_time_of_another_place_is_on_the_first_day_here(string text)
    {
        var again = Assert.IsType<DateTime>(RecordValue.Decode(RecordValueType.DateTime, Encoding.UTF8.GetBytes(text)));
        Assert.Equal((DateTime.MinValue.Date, DateTimeKind.Local), (again.Date, again.Kind));
    }

    [Theory]
    [InlineData("0001-01-01T00:00:00", 1, 0, "0001-01-01T00:00:00")] // the place has no such moment: its first one
    [InlineData("0001-01-01T00:00:00", 1, 2, "0001-01-01T01:00:00")]
    [InlineData("0001-01-01T00:30:00", 1, 1, "0001-01-01T00:30:00")]
    [InlineData("0001-01-01T00:30:00", 14, -12, "0001-01-01T00:00:00")]
    [InlineData("0001-01-01T00:00:00", -1, 0, "0001-01-01T01:00:00")]
    [InlineData("9999-12-31T23:00:00", -5, -6, "9999-12-31T22:00:00")]
    [InlineData("9999-12-31T23:00:00", -5, -5, "9999-12-31T23:00:00")]
    [InlineData("9999-12-31T23:00:00", -5, 3, "9999-12-31T23:59:59.9999999")]
    [InlineData("9999-12-31T23:00:00", 5, 3, "9999-12-31T21:00:00")]
    [InlineData("2026-07-01T12:00:00", 2, -3, "2026-07-01T07:00:00")]
    public void Local_time_of_one_place_is_the_same_moment_in_another(string clock, int offset, int here, string expected)
    {
        var zone = TimeZoneInfo.CreateCustomTimeZone("here", TimeSpan.FromHours(here), null, null);
        var written = DateTime.Parse(clock, CultureInfo.InvariantCulture);
        var again = RecordValue.Local(written, TimeSpan.FromHours(offset), zone);
        Assert.Equal(DateTimeKind.Local, again.Kind);
        Assert.Equal(DateTime.Parse(expected, CultureInfo.InvariantCulture), again);
    }

    [Theory]
    [InlineData("9999-12-31T23:59:59.9999999-15:00")]
    [InlineData("9999-12-32T23:59:59.9999999-05:00")]
    [InlineData("9999-12-31T23:59:59.9999999-05-00")]
    [InlineData("2026-12-31T23:59:59.9999999-0500 ")]
    [InlineData("2026-12-31T23:59:59.9999999+0100")]
    [InlineData("2026-12-31T23:59:59.9999999+1:00")]
    [InlineData("2026-12-31T23:59:59.9999999+01")]
    [InlineData("2026-12-31T23:59:59.9999999-0000")]
    [InlineData("2026-12-31T23:59:59.9999999-00:00")]
    [InlineData("2026-12-31T23:59:59.9999999+13:60")]
    [InlineData("2026-12-31T23:59:59.9999999+14:01")]
    [InlineData("2026-12-31T23:59:59.9999999+01:00\0")]
    [InlineData("2026-12-31T23:59:59.9999999 Z")]
    [InlineData("2026-12-31T23:59:59.9999999z")]
    [InlineData("2026-12-31T24:00:00.0000000Z")]
    [InlineData("2026-12-31T23:59:60.0000000Z")]
    [InlineData("2026-02-29T00:00:00.0000000Z")]
    [InlineData("0000-12-31T00:00:00.0000000Z")]
    [InlineData("2026-12-31T23:59:59.999999Z")]
    [InlineData("2026-12-31 23:59:59.9999999Z")]
    public void What_is_no_time_is_refused(string text) =>
        Refused.As(EnvelopeError.TokenInvalid, () => RecordValue.Decode(RecordValueType.DateTime, Encoding.UTF8.GetBytes(text)));

    [Theory]
    [InlineData("0001-01-01T00:00:00.0000000+01:00")]
    [InlineData("9999-12-31T23:59:59.9999999-00:01")]
    [InlineData("2026-12-31T23:59:59.9999999-00:00")]
    [InlineData("2026-12-31T23:59:59.9999999+1:00")]
    [InlineData("2026-12-31T23:59:59.9999999+13:60")]
    public void Moment_with_an_offset_is_in_the_calendar(string text) =>
        Refused.As(EnvelopeError.TokenInvalid, () => RecordValue.Decode(RecordValueType.DateTimeOffset, Encoding.UTF8.GetBytes(text)));

    [Theory]
    [InlineData("-0.00")]
    [InlineData("-0")]
    [InlineData("00.1")]
    [InlineData(".5")]
    [InlineData("1.")]
    [InlineData("+1")]
    [InlineData("1E2")]
    [InlineData(" 1")]
    [InlineData("79228162514264337593543950336")]
    [InlineData("0.00000000000000000000000000001")]
    public void What_is_no_decimal_is_refused(string text) =>
        Refused.As(EnvelopeError.TokenInvalid, () => RecordValue.Decode(RecordValueType.Decimal, Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void Zero_of_a_decimal_has_no_sign() => Assert.Equal("0.00", RecordValue.TextOf(-0.00m));

    [Theory]
    [InlineData(1E+16, "10000000000000000")]
    [InlineData(99999999999999984d, "99999999999999980")]
    [InlineData(1E+17, "1E+17")]
    [InlineData(123456789012345678d, "1.2345678901234568E+17")]
    [InlineData(0.0001, "0.0001")]
    [InlineData(0.000099, "9.9E-05")]
    [InlineData(-1E+100, "-1E+100")]
    [InlineData(double.Epsilon, "5E-324")]
    [InlineData(-0d, "-0")]
    public void Double_is_written_as_the_specification_says(double value, string text)
    {
        Assert.Equal(text, RecordValue.TextOf(value));
        Assert.Equal(value, RecordValue.Decode(RecordValueType.Double, Encoding.UTF8.GetBytes(text)));
    }

    [Theory]
    [InlineData("1E+16")]
    [InlineData("100000000000000000")]
    [InlineData("0.00001")]
    [InlineData("1E-5")]
    [InlineData("1E17")]
    [InlineData("1E+017")]
    [InlineData("1e+17")]
    [InlineData("0.10")]
    [InlineData("1.0")]
    [InlineData("0.1000000000000000055511151231257827")]
    [InlineData("+1")]
    [InlineData("nan")]
    [InlineData("1E+309")]
    public void Other_spelling_of_a_double_is_refused(string text) =>
        Refused.As(EnvelopeError.TokenInvalid, () => RecordValue.Decode(RecordValueType.Double, Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void Text_of_a_value_depends_on_no_culture()
    {
        var before = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = new CultureInfo("de-DE") { NumberFormat = { NegativeSign = "~" } };
        try
        {
            Assert.Equal("-1.5", RecordValue.TextOf(-1.5));
            Assert.Equal("-1.5", RecordValue.TextOf(-1.5m));
            Assert.Equal("-7", RecordValue.TextOf(-7));
            Assert.Equal("2026-11-21T17:00:00.0000000", RecordValue.TextOf(new DateTime(2026, 11, 21, 17, 0, 0, DateTimeKind.Unspecified)));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void What_a_token_does_not_hold_is_refused()
    {
        object[] values = [(byte)1, 'c', 1u, 1f, TimeSpan.Zero, DayOfWeek.Friday, new object(), new[] { 1 }, new Uri("mailto:a@b.example"), "\ud800", new string('x', RecordValue.MaxLength + 1), new byte[RecordValue.MaxLength + 1]];
        Assert.All(values, value => Refused.As(EnvelopeError.ValueUnsupported, () => RecordValue.Encode(value)));
    }

    [Fact]
    public void Message_never_shows_the_value()
    {
        var failure = Refused.As(EnvelopeError.ValueUnsupported, () => RecordValue.Encode(new Uri("mailto:secret@b.example")));
        Assert.DoesNotContain("secret", failure.Message, StringComparison.Ordinal);
    }
}
