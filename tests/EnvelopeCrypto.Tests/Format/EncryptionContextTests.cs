using System.Text;
using EnvelopeCrypto.Format;
using EnvelopeCrypto.Tests.Support;

namespace EnvelopeCrypto.Tests.Format;

public sealed class EncryptionContextTests
{
    [Fact]
    public void Pairs_are_sorted_by_the_UTF8_bytes_of_their_keys()
    {
        // In UTF-16 a character beyond U+FFFF begins with D800 to DBFF and would stand before U+E000; in UTF-8 it stands behind.
        string[] sorted = ["B", "a", "aa", "c", "é", "\u07ff", "\u0800", "\ud7ff", "\ue000", "\uff5e", "\uffff", "\U00010000", "😀"];
        var pairs = sorted.Select(key => (key, "x")).ToArray();
        Chance.New().Shuffle(pairs);
        Assert.Equal(sorted, Create(pairs).Select(pair => pair.Key).ToArray());
    }

    [Fact]
    public void Bytes_are_lengths_and_texts_in_order()
    {
        var context = Create(("b", "é"), ("a", ""));
        Assert.Equal("0000000161" + "00000000" + "0000000162" + "00000002c3a9", Convert.ToHexString(context.Bytes).ToLowerInvariant());
        Assert.Equal(0, EncryptionContext.Empty.Bytes.Length);
    }

    [Fact]
    public void No_two_contexts_have_the_same_bytes()
    {
        EncryptionContext[] contexts =
        [
            EncryptionContext.Empty, Create(("a", "bc")), Create(("ab", "c")), Create(("abc", "")), Create(("a", "b"), ("c", "")),
            Create(("a", ""), ("b", "c")), Create(("a", "b\0\0\0\u0001c\0\0\0\0")), Create(("a", "b"), ("c", "d")),
        ];
        Assert.Equal(
            contexts.Length, contexts.Select(context => Convert.ToHexString(context.Bytes)).Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public void Order_of_the_pairs_given_does_not_matter()
    {
        var (one, other) = (Create(("a", "1"), ("b", "2"), ("c", "3")), Create(("c", "3"), ("a", "1"), ("b", "2")));
        Assert.Equal(one.Bytes.ToArray(), other.Bytes.ToArray());
        Assert.Equal("a=1; b=2; c=3", other.ToString());
    }

    [Fact]
    public void No_pairs_are_the_empty_context() => Assert.Same(EncryptionContext.Empty, Create());

    [Theory]
    [InlineData("key", "key")]
    [InlineData("Key", "key")]
    [InlineData("KEY", "key")]
    public void Keys_that_differ_only_in_case_are_refused(string one, string other) =>
        Refused.As(EnvelopeError.ContextInvalid, () => Create((one, "1"), (other, "2")));

    [Theory]
    [InlineData("key", "key ")]
    [InlineData("é", "É")] // only A to Z have a case here: the others' depends on the version of Unicode
    [InlineData("жук", "ЖУК")]
    [InlineData("i", "ı")] // a letter of its own, whatever the language
    [InlineData("é", "e\u0301")] // normal forms are not touched
    [InlineData("a", "а")] // Latin and Cyrillic
    public void Keys_that_only_look_alike_are_two(string one, string other) => Assert.Equal(2, Create((one, "1"), (other, "2")).Count);

    [Fact]
    public void At_most_64_pairs()
    {
        var pairs = Enumerable.Range(0, 64).Select(i => ($"k{i}", "v")).ToArray();
        Assert.Equal(64, Create(pairs).Count);
        Refused.As(EnvelopeError.ContextInvalid, () => Create([.. pairs, ("one more", "v")]));
    }

    [Fact]
    public void Endless_pairs_are_not_all_taken() =>
        Refused.As(EnvelopeError.ContextInvalid, () => EncryptionContext.Create(Endless()));

    [Fact]
    public void At_most_8_KiB_with_lengths_counted()
    {
        const int room = (8 * 1024) - (2 * sizeof(uint)) - 1;
        Assert.Equal(8 * 1024, Create(("k", new string('v', room))).Bytes.Length);
        Refused.As(EnvelopeError.ContextInvalid, () => Create(("k", new string('v', room + 1))));
        Refused.As(EnvelopeError.ContextInvalid, () => Create((new string('k', room), "vv")));
        Refused.As(EnvelopeError.ContextInvalid, () => Create(("k", new string('é', (room / 2) + 1)))); // bytes, not characters
        Refused.As(EnvelopeError.ContextInvalid, () => Create(("a", new string('v', room / 2)), ("b", new string('v', room / 2))));
    }

    [Theory]
    [InlineData("", "v")]
    [InlineData(null, "v")]
    [InlineData("k", null)]
    public void Pairs_without_a_key_or_value_are_refused(string? key, string? value) =>
        Refused.As(EnvelopeError.ContextInvalid, () => Create((key!, value!)));

    // Not as inline data: an attribute cannot hold such text.
    [Fact]
    public void Text_that_is_not_Unicode_is_refused()
    {
        foreach (var text in new[] { "\ud800", "\udc00", "a\ud83dz", "\udc00\ud800" })
        {
            Refused.As(EnvelopeError.ContextInvalid, () => Create((text, "v")));
            Refused.As(EnvelopeError.ContextInvalid, () => Create(("k", text)));
        }
    }

    [Fact]
    public void Contains_compares_letter_by_letter()
    {
        var context = Create(("purpose", "backup"), ("host", "db1"));
        Assert.True(context.Contains(EncryptionContext.Empty));
        Assert.True(context.Contains(Create(("host", "db1"))));
        Assert.True(context.Contains(context));
        Assert.False(context.Contains(Create(("host", "DB1"))));
        Assert.False(context.Contains(Create(("Host", "db1"))));
        Assert.False(context.Contains(Create(("host", "db1"), ("more", ""))));
        Assert.False(EncryptionContext.Empty.Contains(context));
    }

    [Fact]
    public void Shown_text_is_one_line() => Assert.DoesNotContain('\n', Create(("k\n", "v\u2028\u202e")).ToString());

    [Fact]
    public void Largest_context_fits_a_header_however_much_it_is_escaped()
    {
        var context = Create(("k", new string('\u0001', (8 * 1024) - 9)));
        var header = SampleEnvelope.ProtectedHeader with
        {
            Context = context,
            Batch = new byte[16],
            Metadata = new byte[ProtectedHeader.MaxMetadataLength],
        };
        var json = header.ToJson();

        Assert.InRange(json.Length, 0, FormatLimits.MaxProtectedLength);
        Assert.Equal(context.Bytes.ToArray(), ProtectedHeader.Parse(json).Context.Bytes.ToArray());
    }

    private static EncryptionContext Create(params (string Key, string Value)[] pairs) => SampleEnvelope.Context(pairs);

    private static IEnumerable<KeyValuePair<string, string>> Endless()
    {
        for (var i = 0; ; i++)
            yield return new($"key {i}", Encoding.ASCII.EncodingName);
    }
}
