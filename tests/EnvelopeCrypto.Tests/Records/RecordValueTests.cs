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
    [InlineData("9999-12-31T23:59:59.9999999-15:00")]
    [InlineData("9999-12-32T23:59:59.9999999-05:00")]
    [InlineData("9999-12-31T23:59:59.9999999-05-00")]
    [InlineData("2026-12-31T23:59:59.9999999-0500 ")]
    public void What_is_no_time_is_refused(string text) =>
        Refused.As(EnvelopeError.TokenInvalid, () => RecordValue.Decode(RecordValueType.DateTime, Encoding.UTF8.GetBytes(text)));

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
