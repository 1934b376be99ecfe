using System.Text;
using EnvelopeCrypto.Format;
using EnvelopeCrypto.Records;
using EnvelopeCrypto.Tests.Support;
using FsCheck;
using FsCheck.Fluent;

namespace EnvelopeCrypto.Tests.Records;

public class TokenHeaderTests
{
    [Fact]
    public void Header_written_and_read_is_the_same() => Prop.ForAll(Headers().ToArbitrary(), header =>
    {
        var json = header.ToJson();
        var again = TokenHeader.Parse(json);
        Assert.Equal(json, again.ToJson());
        Assert.Equal((header.Field, header.ValueType, header.IssuedAt), (again.Field, again.ValueType, again.IssuedAt));
        Assert.Equal(header.BoundNames, again.BoundNames);
        Assert.Equal(header.Context, again.Context);
    }).Holds(times: 200);

    [Fact]
    public void Changed_header_is_refused_or_reads_as_what_is_written() =>
        Prop.ForAll(Headers().ToArbitrary(), Generate.Mutations().ToArbitrary(), (header, mutations) =>
    {
        var json = mutations.Aggregate(header.ToJson(), (bytes, mutation) => mutation.ApplyTo(bytes));
        try
        {
            Assert.Equal(json, TokenHeader.Parse(json).ToJson());
        }
        catch (EnvelopeException failure)
        {
            Assert.Contains(failure.Error, new[] { EnvelopeError.HeaderInvalid, EnvelopeError.ContextInvalid, EnvelopeError.UnsupportedVersion, EnvelopeError.WrongEnvelopeType });
        }
    }).Holds(times: 500);

    [Fact]
    public void A_file_reads_no_header_of_a_token() =>
        Refused.As(EnvelopeError.HeaderInvalid, () => ProtectedHeader.Parse(Encoding.UTF8.GetBytes("""{"enc":"Cobblestone-256","typ":"token","ctx":{},"iat":0,"val":"text"}""")));

    private static Gen<TokenHeader> Headers() =>
        from context in Generate.Context()
        from batch in Generate.Bytes(16, 16).OrNull()
        from type in Gen.Elements(Enum.GetValues<RecordValueType>())
        from field in Generate.Text(8).Select(text => text.Length == 0 ? null : text)
        from count in Gen.Choose(0, 5)
        from texts in Gen.ArrayOf(Generate.Text(6), count)
        select new TokenHeader
        {
            Context = context,
            IssuedAt = SampleRecipients.IssuedAt,
            Batch = batch,
            ValueType = type,
            Field = field,
            BoundNames = RecordBinding.Of(texts.Select((text, i) => KeyValuePair.Create($"{text}#{i}", (object?)null))).Names,
        };
}
