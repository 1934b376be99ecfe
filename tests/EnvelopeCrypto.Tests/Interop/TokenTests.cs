using System.Globalization;
using System.Text;
using System.Text.Json;
using EnvelopeCrypto.Format;
using EnvelopeCrypto.Keys;
using EnvelopeCrypto.Records;

namespace EnvelopeCrypto.Tests.Interop;

/// <summary>Tokens that another program wrote by docs/format.md, read by the engine, and the other way round.</summary>
public sealed class TokenTests : IDisposable
{
    private static readonly FixedEnvelopes Envelopes = FixedEnvelopes.Instance;
    private static readonly JsonElement Fixtures = JsonDocument.Parse(File.ReadAllText(FixturePath)).RootElement;

    private readonly KekSession _session = new([new FixedKeyProvider(Envelopes.LocalKey, "local:test-data/3/h_vx0iZ7c5AHbFBtQnErtg")], []);

    public static TheoryData<int> Sound => [.. Enumerable.Range(0, Fixtures.GetProperty("sound").GetArrayLength())];

    public static TheoryData<int, string> NotSound
    {
        get
        {
            var rows = new TheoryData<int, string>();
            foreach (var (row, i) in Fixtures.GetProperty("refused").EnumerateArray().Select((row, i) => (row, i)))
                rows.Add(i, row.GetProperty("name").GetString()!);
            return rows;
        }
    }

    private static string FixturePath => Path.Combine(InteropFiles.Fixtures, "tokens.json");

    private static string LocalKey => Convert.ToHexString(Envelopes.LocalKey);

    public void Dispose() => _session.Dispose();

    [Fact]
    public void All_of_them_are_there()
    {
        Assert.Equal(41, Sound.Count);
        Assert.Equal(146, NotSound.Count);
    }

    [Theory]
    [MemberData(nameof(Sound))]
    public async Task Engine_opens_it(int index)
    {
        var row = Fixtures.GetProperty("sound")[index];
        var value = await OpenAsync(row);
        var (type, bytes) = RecordValue.Encode(value);
        Assert.Equal(row.GetProperty("type").GetString(), RecordValue.WordOf(type));
        if (value is DateTime { Kind: DateTimeKind.Local } time)
            Assert.Equal(DateTimeOffset.Parse(TextOf(row), CultureInfo.InvariantCulture).UtcDateTime, time.ToUniversalTime());
        else
            Assert.Equal(row.GetProperty("value").GetString(), Base64UrlText.Encode(bytes));
    }

    [Theory]
    [MemberData(nameof(Sound))]
    public void Front_written_again_has_the_same_letters(int index)
    {
        var token = TokenText.Split(Fixtures.GetProperty("sound")[index].GetProperty("token").GetString()!);
        var front = TokenFront.Parse(token);
        Assert.Equal(
            token.Front.ToString(), TokenFront.Create(front.Header, front.Recipients, TokenFront.RecipientsText(front.Recipients)).Text);
        Assert.Equal(token.Body.ToString(), Base64UrlText.Encode(token.DecodeBody()));
    }

    [Theory]
    [MemberData(nameof(NotSound))]
    public async Task Engine_refuses_it(int index, string name)
    {
        var row = Fixtures.GetProperty("refused")[index];
        var failure = await Assert.ThrowsAsync<EnvelopeException>(() => OpenAsync(row));
        Assert.True(row.GetProperty("error").GetString() == failure.Error.ToString(), $"{name}: {failure.Error}, {failure.Message}");
    }

    [Fact]
    public void Reader_agrees_with_the_engine_about_all_of_them()
    {
        Python.Require();
        var rows = Fixtures.GetProperty("sound").EnumerateArray().Concat(Fixtures.GetProperty("refused").EnumerateArray()).ToList();
        var answers = Ask(rows.Select(row => row.GetRawText()));
        for (var i = 0; i < rows.Count; i++)
        {
            foreach (var member in answers[i].EnumerateObject())
                Assert.Equal(rows[i].GetProperty(member.Name).GetString(), member.Value.GetString());
        }
    }

    [Fact]
    public async Task Reader_opens_what_the_engine_wrote()
    {
        Python.Require();
        object[] values = ["", "ü\n\"", new byte[] { 0, 1 }, true, int.MinValue, long.MaxValue, 1.10m, 0.1, DateTime.UnixEpoch, DateTimeOffset.UnixEpoch, Guid.Empty, new string('x', 50_000)];
        var context = EncryptionContext.Create([new("table", "users")]);
        var operation = new ProtectRecordOperation(
            _session, new ProtectRecordOptions { Keks = [KekReference.Parse("local:test-data")], Context = context });
        var lines = new List<string>();
        foreach (var value in values)
        {
            var binding = RecordBinding.Of([new("id", 17), new("ü", null), new("\U0001f511", "")]);
            var token = await operation.ProtectFieldAsync("field \u2028", value, binding, TestContext.Current.CancellationToken);
            lines.Add(JsonSerializer.Serialize(new { token, field = "field \u2028", bound = new Dictionary<string, string?>(StringComparer.Ordinal) { ["id"] = "17", ["ü"] = null, ["\U0001f511"] = "" } }));
        }

        var answers = Ask(lines);

        for (var i = 0; i < values.Length; i++)
        {
            var (type, bytes) = RecordValue.Encode(values[i]);
            Assert.Equal(RecordValue.WordOf(type), answers[i].GetProperty("type").GetString());
            Assert.Equal(Base64UrlText.Encode(bytes), answers[i].GetProperty("value").GetString());
        }
    }

    private static List<JsonElement> Ask(IEnumerable<string> lines)
    {
        var input = new StringBuilder();
        foreach (var line in lines)
            input.Append(line.ReplaceLineEndings("")).Append('\n');
        var (exitCode, output, errors) = Python.Run("tokens.py", [LocalKey], input.ToString());
        Assert.True(exitCode == 0, errors);
        return [.. output.TrimEnd().Split('\n').Select(line => JsonDocument.Parse(line).RootElement)];
    }

    private static string TextOf(JsonElement row)
    {
        Assert.True(Base64UrlText.TryDecode(row.GetProperty("value").GetString()!, out var bytes));
        return Encoding.UTF8.GetString(bytes);
    }

    private async Task<object> OpenAsync(JsonElement row)
    {
        var token = row.GetProperty("token").GetString()!;
        var bound = row.TryGetProperty("bound", out var fields)
            ? RecordBinding.Of(fields.EnumerateObject().Select(pair => KeyValuePair.Create(pair.Name, (object?)pair.Value.GetString())))
            : RecordBinding.None;
        using var operation = new UnprotectRecordOperation(_session, new UnprotectRecordOptions());
        return row.TryGetProperty("field", out var field) && field.GetString() is { } name
            ? await operation.UnprotectFieldAsync(name, token, bound, TestContext.Current.CancellationToken)
            : await operation.UnprotectValueAsync(token, TestContext.Current.CancellationToken);
    }
}
