using System.Globalization;
using System.Text;
using EnvelopeCrypto.Format;
using EnvelopeCrypto.Records;

namespace EnvelopeCrypto.Tests.Interop;

/// <summary>The engine and a reader that shares no line with it say the same of what a value of each type looks like.</summary>
public class ValueAgreementTests
{
    private const int Count = 4000;

    private static readonly string[] Seeds =
    [
        "True", "-2147483648", "9223372036854775807", "1.10", "-79228162514264337593543950335", "0.0000000000000000000000000001", "0.1", "1E-05", "1.2345678901234568E+17",
        "2026-11-21T17:00:00.1234567", "0001-01-01T00:00:00.0000000Z", "9999-12-31T23:59:59.9999999-05:30", "2024-02-29T00:00:00.0000000+14:00",
        "00112233-4455-6677-8899-aabbccddeeff",
    ];

    private static readonly string[] Pieces =
        ["0", "1", "9", "-", "+", ".", ":", "E", "e", "T", "Z", " ", "00", "-0", "E+", "E-0", "+00:00", "\0", "a", "24", "60", "\u0661"];

    private static readonly RecordValueType[] Written = [.. Enum.GetValues<RecordValueType>().Where(type => type != RecordValueType.Bytes)];

    [Fact]
    public void Every_double_is_written_in_the_spelling_that_the_reader_takes()
    {
        Python.Require();
        var random = new Random(20_261_130);
        var numbers = Enumerable.Range(-1074, 2098).Select(power => Math.ScaleB(1, power)).ToList();
        numbers.AddRange(Enumerable.Range(-30, 60).SelectMany(power => new[]
        {
            double.Parse($"1E{power}", CultureInfo.InvariantCulture), -double.Parse($"9.99E{power}", CultureInfo.InvariantCulture),
        }));
        numbers.AddRange(Enumerable.Range(0, Count).Select(_ => BitConverter.Int64BitsToDouble(random.NextInt64())));
        numbers.AddRange(Enumerable.Range(0, Count).Select(_ => Math.Round(random.NextDouble() * 1e6, random.Next(9))));
        var texts = numbers.Select(number => (RecordValueType.Double, RecordValue.TextOf(number))).ToList();

        Assert.All(Ask(texts).Zip(texts), pair => Assert.True(pair.First, pair.Second.Item2));
    }

    [Fact]
    public void Both_take_the_same_texts_for_values()
    {
        Python.Require();
        var random = new Random(20_261_121);
        var texts = Enumerable.Range(0, 4 * Count).Select(_ => (Written[random.Next(Written.Length)], NearlyRight(random))).ToList();

        var theirs = Ask(texts);

        Assert.Empty(texts.Zip(theirs).Where(pair => IsSound(pair.First) != pair.Second).Select(pair => pair.First));
        Assert.InRange(theirs.Count(isSound => isSound), Count / 10, 2 * Count);
    }

    private static bool IsSound((RecordValueType Type, string Text) value)
    {
        try
        {
            RecordValue.Decode(value.Type, Encoding.UTF8.GetBytes(value.Text));
            return true;
        }
        catch (EnvelopeException failure) when (failure.Error == EnvelopeError.TokenInvalid)
        {
            return false;
        }
    }

    private static string NearlyRight(Random random)
    {
        var text = new StringBuilder(Seeds[random.Next(Seeds.Length)]);
        for (var i = random.Next(3); i > 0; i--)
        {
            var at = random.Next(text.Length + 1);
            text.Remove(at, Math.Min(random.Next(3), text.Length - at)).Insert(at, random.Next(3) > 0 ? Pieces[random.Next(Pieces.Length)] : "");
        }
        return text.ToString();
    }

    private static List<bool> Ask(List<(RecordValueType Type, string Text)> values)
    {
        var lines = values.Select(value => $"{RecordValue.WordOf(value.Type)} {Base64UrlText.Encode(Encoding.UTF8.GetBytes(value.Text))}\n");
        var (exitCode, output, errors) = Python.Run("values.py", [], string.Concat(lines));
        Assert.True(exitCode == 0, errors);
        var answers = output.TrimEnd().Split('\n');
        Assert.Equal(values.Count, answers.Length);
        return [.. answers.Select(answer => answer == "sound")];
    }
}
