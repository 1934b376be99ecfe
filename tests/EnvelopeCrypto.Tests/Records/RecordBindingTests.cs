using EnvelopeCrypto.Records;
using EnvelopeCrypto.Tests.Support;

namespace EnvelopeCrypto.Tests.Records;

public class RecordBindingTests
{
    [Fact]
    public void Null_empty_and_absent_differ()
    {
        string[] digests = [Digest(("a", null), ("b", "")), Digest(("a", ""), ("b", "")), Digest(("b", "")), Digest(("a", ""), ("b", null)), Digest(("a", "b")), Digest(("ab", "")), Digest()];
        Assert.Equal(digests.Length, digests.Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public void Order_does_not_count()
    {
        Assert.Equal(Digest(("b", 1), ("a", 2)), Digest(("a", 2), ("b", 1)));
        Assert.Equal(["\uff5e", "😀"], RecordBench.Bind(("😀", 1), ("\uff5e", 2)).Names); // by UTF-8; UTF-16 sorts them the other way round
    }

    [Theory]
    [InlineData(5)]
    [InlineData(5L)]
    [InlineData((short)5)]
    [InlineData((byte)5)]
    [InlineData('5')]
    public void Value_counts_as_its_text_so_that_a_CSV_file_keeps_it(object value) =>
        Assert.Equal(Digest(("id", "5")), Digest(("id", value)));

    [Fact]
    public void DBNull_is_null() => Assert.Equal(Digest(("id", null)), Digest(("id", DBNull.Value)));

    [Fact]
    public void Names_break_no_rule()
    {
        Refused.As(EnvelopeError.FieldNameInvalid, () => RecordBench.Bind(("", 1)));
        Refused.As(EnvelopeError.FieldNameInvalid, () => RecordBench.Bind(("a", 1), ("a", 1)));
        Refused.As(EnvelopeError.FieldNameInvalid, () => RecordBench.Bind(("\ud800", 1)));
        Refused.As(EnvelopeError.FieldNameInvalid, () => RecordBench.Bind((new string('n', FieldNames.MaxLength + 1), 1)));
        Refused.As(
            EnvelopeError.FieldNameInvalid,
            () => RecordBench.Bind([.. Enumerable.Range(0, FieldNames.MaxBound + 1).Select(i => ($"n{i}", (object?)i))]));
        Refused.As(EnvelopeError.ValueUnsupported, () => RecordBench.Bind(("a", new object())));
        RecordBench.Bind([.. Enumerable.Range(0, FieldNames.MaxBound).Select(i => (new string('n', FieldNames.MaxLength - 2) + i.ToString("d2", System.Globalization.CultureInfo.InvariantCulture), (object?)i))]);
    }

    private static string Digest(params (string Name, object? Value)[] fields) => Convert.ToHexString(RecordBench.Bind(fields).Digest);
}
