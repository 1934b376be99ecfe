using EnvelopeCrypto.Format;
using EnvelopeCrypto.Tests.Support;

namespace EnvelopeCrypto.Tests.Format;

public sealed class Base64UrlTextTests
{
    // RFC 4648, section 10, without padding; and the two characters that differ from base64.
    [Theory]
    [InlineData("", "")]
    [InlineData("66", "Zg")]
    [InlineData("666f", "Zm8")]
    [InlineData("666f6f", "Zm9v")]
    [InlineData("666f6f62", "Zm9vYg")]
    [InlineData("666f6f6261", "Zm9vYmE")]
    [InlineData("666f6f626172", "Zm9vYmFy")]
    [InlineData("fbffbf", "-_-_")]
    public void Known_texts(string hex, string text)
    {
        Assert.Equal(text, Base64UrlText.Encode(Convert.FromHexString(hex)));
        Assert.True(Base64UrlText.TryDecode(text, out var bytes));
        Assert.Equal(Convert.FromHexString(hex), bytes);
    }

    [Fact]
    public void Every_length_decodes_to_what_was_encoded()
    {
        for (var length = 0; length < 100; length++)
        {
            var bytes = SampleBytes.Of(length, seed: length);
            Assert.True(Base64UrlText.TryDecode(Base64UrlText.Encode(bytes), out var decoded));
            Assert.Equal(bytes, decoded);
        }
    }

    [Theory]
    [InlineData("Zg==")]
    [InlineData("Zg=")]
    [InlineData("Zm8=")]
    [InlineData("=")]
    [InlineData("====")]
    [InlineData("Z")]
    [InlineData("Zm9vY")]
    [InlineData("+/+/")]
    [InlineData("-/-_")]
    [InlineData(" Zg")]
    [InlineData("Zg ")]
    [InlineData("Z g")]
    [InlineData("Zm9v\n")]
    [InlineData("Zm\r\n9v")]
    [InlineData("Zm9v\t")]
    [InlineData("Zm9.")]
    [InlineData("Zm9\0")]
    [InlineData("Zm9é")]
    [InlineData("Zm9\uff21")]
    [InlineData("    ")]
    public void Any_other_spelling_is_refused(string text) => Assert.False(Base64UrlText.TryDecode(text, out _));

    [Fact]
    public void Of_all_last_characters_only_the_canonical_ones_are_taken()
    {
        const string alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        Assert.Equal(4, alphabet.Count(c => Base64UrlText.TryDecode($"A{c}", out _))); // 1 byte: 4 bits must be zero
        Assert.Equal(16, alphabet.Count(c => Base64UrlText.TryDecode($"AA{c}", out _))); // 2 bytes: 2 bits must be zero
        Assert.Equal(64, alphabet.Count(c => Base64UrlText.TryDecode($"AAA{c}", out _)));
    }

    [Fact]
    public void Letters_written_in_place_are_the_same_and_come_back()
    {
        for (var length = 0; length < 100; length++)
        {
            var bytes = Support.SampleBytes.Of(length, length);
            var letters = new char[Base64UrlText.LengthOf(length)];
            Base64UrlText.Encode(bytes, letters);
            Assert.Equal(Base64UrlText.Encode(bytes), new string(letters));
            Assert.True(Base64UrlText.TryDecode(letters, length, out var again));
            Assert.Equal(bytes, again);
            Assert.Equal(length == 0, Base64UrlText.TryDecode(letters, Math.Max(0, length - 1), out _));
        }
    }

    [Fact]
    public void Both_ways_to_decode_take_the_same_texts()
    {
        var random = new Random(7);
        const string alphabet = "AQgwBZaz019-_+/= \n.\u00e9";
        for (var i = 0; i < 20_000; i++)
        {
            var text = new string(random.GetItems<char>(alphabet, random.Next(7)));
            Assert.Equal(Base64UrlText.TryDecode(text, out _), Base64UrlText.TryDecode(text, 100, out _));
        }
    }
}
