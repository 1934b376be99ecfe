using System.Globalization;
using System.Text;
using EnvelopeCrypto.Primitives;

namespace EnvelopeCrypto.Tests.Primitives;

public sealed class NormalFormTests
{
    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("e\u0301", "\u00e9")]
    [InlineData("\u212b", "\u00c5")] // the sign of the angstrom
    [InlineData("\u1e9b\u0323", "\u1e9b\u0323")]
    [InlineData("q\u0307\u0323", "q\u0323\u0307")]
    [InlineData("\u1e0b\u0323", "\u1e0d\u0307")]
    [InlineData("D\u0307\u0323", "\u1e0c\u0307")]
    [InlineData("\u0958", "\u0915\u093c")] // excluded from composition
    [InlineData("\u0344", "\u0308\u0301")]
    [InlineData("\u1100\u1161\u11a8", "\uac01")]
    [InlineData("\uac00\u11a8", "\uac01")]
    [InlineData("\u1100\uac00\u11a8", "\u1100\uac01")]
    [InlineData("\u0301e", "\u0301e")]
    [InlineData("\U0001d15e", "\U0001d157\U0001d165")]
    [InlineData("\U0002f800", "\u4e3d")]
    [InlineData("a\u0301\u0301", "\u00e1\u0301")]
    [InlineData("a\u0328\u0301", "\u0105\u0301")]
    public void Text_gets_its_composed_form(string text, string composed) => Assert.Equal(composed, NormalForm.Compose(text));

    [Fact]
    public void Half_a_pair_is_refused()
    {
        Assert.Throws<ArgumentException>(() => NormalForm.Compose("\ud800"));
        Assert.Throws<ArgumentException>(() => NormalForm.Compose("\udc00e\u0301"));
    }

    [Fact]
    public void A_text_of_marks_alone_takes_no_longer_than_sorting_it()
    {
        var marks = string.Concat(Enumerable.Repeat("\u0301\u0323", 50_000));
        var composed = NormalForm.Compose(marks);
        Assert.Equal(new string('\u0323', 50_000) + new string('\u0301', 50_000), composed);
    }

    /// <summary>ICU is another's hand. One that is older than our table knows fewer characters.</summary>
    [Fact]
    public void ICU_says_the_same_of_every_character_that_it_knows()
    {
        Assert.SkipUnless(HasIcu(), "Without ICU .NET knows no normal forms, or those of an old Windows.");
        const int mostUnknown = 200; // those of ten years are about that many
        var unknown = 0;
        foreach (var character in Characters())
        {
            var one = character.ToString();
            foreach (var text in new[] { one, one.Normalize(NormalizationForm.FormD), $"e{one}\u0323\u0301", $"{one}\u0301{one}", $"\u1100{one}" })
            {
                var theirs = text.Normalize(NormalizationForm.FormC);
                var ours = NormalForm.Compose(text);
                if (ours == theirs)
                    continue;
                Assert.True(IsUnknown(one), $"U+{character.Value:X4} in {Codes(text)}: {Codes(ours)}, and ICU says {Codes(theirs)}");
                unknown++;
                break;
            }
        }
        Assert.InRange(unknown, 0, mostUnknown);
    }

    // As .NET's documents say to ask. The invariant mode has a version of zero.
    private static bool HasIcu()
    {
        var version = CultureInfo.InvariantCulture.CompareInfo.Version;
        var id = version.SortId.ToByteArray();
        var number = (id[3] << 24) | (id[2] << 16) | (id[1] << 8) | id[0];
        return number != 0 && number == version.FullVersion;
    }

    private static IEnumerable<Rune> Characters()
    {
        const int ideographs = 0x20000, compatible = 0x2f800, afterThem = 0x2fa20; // no ideograph between has a form of its own
        const int noCharacters = 0xfffe; // two, which .NET refuses
        for (var code = 0; code < afterThem; code = code == ideographs ? compatible : code + 1)
        {
            if (Rune.IsValid(code) && (code & noCharacters) != noCharacters)
                yield return new Rune(code);
        }
    }

    // To ICU it is no mark, and made of nothing.
    private static bool IsUnknown(string one) =>
        one.Normalize(NormalizationForm.FormD) == one
        && $"\u0345{one}".Normalize(NormalizationForm.FormD) == $"\u0345{one}"
        && $"{one}\u0334".Normalize(NormalizationForm.FormD) == $"{one}\u0334";

    private static string Codes(string text) => string.Join(' ', text.EnumerateRunes().Select(rune => $"{rune.Value:X4}"));
}
