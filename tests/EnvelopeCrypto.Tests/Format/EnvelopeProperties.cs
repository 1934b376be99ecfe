using System.Text;
using EnvelopeCrypto.Format;
using EnvelopeCrypto.Tests.Support;
using FsCheck;
using FsCheck.Fluent;

namespace EnvelopeCrypto.Tests.Format;

public sealed class EnvelopeProperties
{
    [Fact]
    public void Any_header_reads_back_and_is_written_again_as_it_was() => Prop.ForAll(Generate.Header().ToArbitrary(), header =>
    {
        var read = EnvelopeHeader.Read(new MemoryStream(header.Bytes.ToArray()));
        var again = EnvelopeHeader.Create(read.Protected, read.Recipients, read.Layout.SlotCount, read.Generation);

        Assert.Equal(header.Bytes.ToArray(), read.Bytes.ToArray());
        Assert.Equal(header.Bytes.ToArray(), again.Bytes.ToArray());
        Assert.Equal(header.BodyContext, read.BodyContext);
        Assert.Equal(header.Protected.Context.Bytes.ToArray(), read.Protected.Context.Bytes.ToArray());
        Assert.Equal(header.Recipients.Count, read.Recipients.Count);
        foreach (var (written, back) in header.Recipients.Zip(read.Recipients))
        {
            Assert.Equal(
                (written.Algorithm, written.Kid, written.IssuedAt, written.Iterations, written.IsKnown, written.Kek),
                (back.Algorithm, back.Kid, back.IssuedAt, back.Iterations, back.IsKnown, back.Kek));
            Assert.Equal(written.WrappedKey.ToArray(), back.WrappedKey.ToArray());
            Assert.Equal(written.Salt.ToArray(), back.Salt.ToArray());
        }
    }).Holds(times: 300);

    [Fact]
    public void Any_envelope_opens_to_what_was_sealed() => Prop.ForAll(
        Generate.Header().ToArbitrary(),
        Generate.Length(mostChunks: 5).ToArbitrary(),
        (header, length) =>
        {
            var sample = SampleEnvelope.Of(SampleBytes.Of(length), header);
            using var output = new MemoryStream();
            sample.Read(sample.Bytes, output);
            Assert.Equal(sample.Plaintext, output.ToArray());
        }).Holds(times: 200);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Changed_envelope_is_refused_or_opens_to_the_same(int slotCount)
    {
        var samples = new[] { 0, 100, 16_384, 40_000 }.Select(
            length => SampleEnvelope.Of(SampleBytes.Of(length), slotCount, SampleRecipients.OfEveryKind())).ToArray();
        var (refused, opened) = (0, 0);
        Prop.ForAll(Gen.Choose(0, samples.Length - 1).ToArbitrary(), Generate.Mutations().ToArbitrary(), (which, mutations) =>
        {
            var sample = samples[which];
            var bytes = mutations.Aggregate(sample.Bytes, (changed, mutation) => mutation.ApplyTo(changed));
            using var output = new MemoryStream();
            try
            {
                sample.Read(bytes, output);
                opened++;
                Assert.Equal(sample.Plaintext.Length, output.Length);
            }
            catch (EnvelopeException)
            {
                refused++;
            }
            Assert.True(output.Length <= sample.Plaintext.Length);
            Assert.True(output.ToArray().AsSpan().SequenceEqual(sample.Plaintext.AsSpan(0, (int)output.Length)));
        }).Holds(times: 2000);
        Assert.True(refused > 1000 && opened > 0);
    }

    [Fact]
    public void Changed_slot_with_a_right_digest_is_refused_or_means_the_same_when_written_again() => Prop.ForAll(
        Generate.Recipients().Resize(5).ToArbitrary(),
        Generate.Mutations().ToArbitrary(),
        (recipients, mutations) =>
        {
            var json = mutations.Aggregate(RecipientList.ToJson(recipients), (changed, mutation) => mutation.ApplyTo(changed));
            try
            {
                Assert.Equal(json, RecipientList.ToJson(RecipientList.Parse(json)));
            }
            catch (EnvelopeException failure)
            {
                Assert.Equal(EnvelopeError.HeaderInvalid, failure.Error);
            }
        }).Holds(times: 2000);

    [Fact]
    public void Changed_protected_part_is_refused_or_is_written_again_as_it_was_read() => Prop.ForAll(
        Generate.Protected().ToArbitrary(),
        Generate.Mutations().ToArbitrary(),
        (header, mutations) =>
        {
            var json = mutations.Aggregate(header.ToJson(), (changed, mutation) => mutation.ApplyTo(changed));
            try
            {
                Assert.Equal(json, ProtectedHeader.Parse(json).ToJson());
            }
            catch (EnvelopeException failure)
            {
                Assert.True(
                    failure.Error is EnvelopeError.HeaderInvalid or EnvelopeError.ContextInvalid or EnvelopeError.UnsupportedVersion);
            }
        }).Holds(times: 2000);

    [Fact]
    public void Any_text_is_one_JSON_string_that_reads_back() => Prop.ForAll(Generate.Text(40).ToArbitrary(), text =>
    {
        var json = new CanonicalJsonWriter().BeginObject().Name(text).String(text).EndObject().ToArray();
        var member = Assert.Single(CanonicalJson.Parse(json, "test").EnumerateObject());
        Assert.Equal((text, text), (member.Name, member.Value.GetString()));
        using var other = System.Text.Json.JsonDocument.Parse(Encoding.UTF8.GetString(json));
        Assert.Equal(text, other.RootElement.GetProperty(text).GetString());
    }).Holds(times: 500);
}
