using System.Text;
using EnvelopeCrypto.Format;
using EnvelopeCrypto.Tests.Support;

namespace EnvelopeCrypto.Tests.Format;

public sealed class ProtectedHeaderTests
{
    private const string Enc = "\"enc\":\"Cobblestone-256\"";
    private const string Typ = "\"typ\":\"file\"";
    private const string Ctx = "\"ctx\":{}";
    private const string Iat = "\"iat\":1795284000";
    private const string Batch = "\"batch\":\"AAECAwQFBgcICQoLDA0ODw\"";
    private static readonly string Meta = $"\"meta\":\"{Base64UrlText.Encode(new byte[80])}\"";

    [Fact]
    public void Smallest_header_is_written_and_read()
    {
        var header = new ProtectedHeader { Type = EnvelopeType.File, Context = EncryptionContext.Empty, IssuedAt = 1_795_284_000 };
        Assert.Equal(Json(Enc, Typ, Ctx, Iat), Encoding.UTF8.GetString(header.ToJson()));

        var read = Parse(Enc, Typ, Ctx, Iat);
        Assert.Equal((EnvelopeType.File, 0, 1_795_284_000L), (read.Type, read.Context.Count, read.IssuedAt));
        Assert.Null(read.Batch);
        Assert.Null(read.Metadata);
    }

    [Fact]
    public void Fullest_header_is_written_and_read()
    {
        var header = new ProtectedHeader
        {
            Type = EnvelopeType.KekExport,
            Context = SampleEnvelope.Context(("purpose", "backup"), ("host", "db\"1")),
            IssuedAt = FormatLimits.MaxTime,
            Batch = [.. Enumerable.Range(0, 16).Select(i => (byte)i)],
            Metadata = new byte[80],
        };
        var json = Json(Enc, "\"typ\":\"kek-export\"", ContextOf("""{"host":"db\"1","purpose":"backup"}"""), "\"iat\":253402300799", Batch, Meta);
        Assert.Equal(json, Encoding.UTF8.GetString(header.ToJson()));

        var read = ProtectedHeader.Parse(header.ToJson());
        Assert.Equal((header.Type, header.IssuedAt, header.Context.ToString()), (read.Type, read.IssuedAt, read.Context.ToString()));
        Assert.Equal(header.Batch, read.Batch);
        Assert.Equal(header.Metadata, read.Metadata);
    }

    [Fact]
    public void Context_may_have_keys_that_are_called_like_members()
    {
        var context = SampleEnvelope.Context(("batch", "1"), ("ctx", "2"), ("enc", "3"), ("iat", "4"), ("meta", "5"), ("typ", "6"));
        var header = new ProtectedHeader
        {
            Type = EnvelopeType.File,
            Context = context,
            IssuedAt = 1_795_284_000,
            Batch = [.. Enumerable.Range(0, 16).Select(i => (byte)i)],
            Metadata = new byte[80],
        };
        var json = Json(Enc, Typ, ContextOf("""{"batch":"1","ctx":"2","enc":"3","iat":"4","meta":"5","typ":"6"}"""), Iat, Batch, Meta);
        Assert.Equal(json, Encoding.UTF8.GetString(header.ToJson()));
        Assert.Equal(context, ProtectedHeader.Parse(header.ToJson()).Context);
    }

    [Fact]
    public void Batch_and_metadata_may_each_be_left_out()
    {
        Assert.Null(Parse(Enc, Typ, Ctx, Iat, Meta).Batch);
        Assert.Null(Parse(Enc, Typ, Ctx, Iat, Batch).Metadata);
    }

    [Fact]
    public void Missing_members_are_refused()
    {
        RequireRefused(Typ, Ctx, Iat);
        RequireRefused(Enc, Ctx, Iat);
        RequireRefused(Enc, Typ, Iat);
        RequireRefused(Enc, Typ, Ctx);
        RequireRefused();
    }

    [Fact]
    public void Members_in_another_order_are_refused()
    {
        RequireRefused(Typ, Enc, Ctx, Iat);
        RequireRefused(Enc, Ctx, Typ, Iat);
        RequireRefused(Enc, Typ, Iat, Ctx);
        RequireRefused(Enc, Typ, Ctx, Batch, Iat);
        RequireRefused(Enc, Typ, Ctx, Iat, Meta, Batch);
    }

    [Fact]
    public void Members_twice_are_refused()
    {
        RequireRefused(Enc, Enc, Typ, Ctx, Iat);
        RequireRefused(Enc, Typ, Ctx, Iat, Iat);
        RequireRefused(Enc, Typ, Ctx, Iat, Batch, Batch);
        RequireRefused(Enc, Typ, ContextOf("""{"a":"1","a":"2"}"""), Iat);
    }

    [Fact]
    public void Unknown_members_are_refused_wherever_they_stand()
    {
        string[] sound = [Enc, Typ, Ctx, Iat, Batch, Meta];
        for (var at = 0; at <= sound.Length; at++)
            RequireRefused([.. sound[..at], "\"crit\":[]", .. sound[at..]]);
        RequireRefused(Enc, Typ, Ctx, Iat, "\"Batch\":\"AAECAwQFBgcICQoLDA0ODw\"");
    }

    [Theory]
    [InlineData("null")]
    [InlineData("1")]
    [InlineData("true")]
    [InlineData("[]")]
    [InlineData("[\"Cobblestone-256\"]")]
    [InlineData("{\"a\":\"b\"}")]
    [InlineData("\"text\"")]
    public void Wrong_types_are_refused(string value)
    {
        if (value[0] != '"')
        {
            RequireRefused($"\"enc\":{value}", Typ, Ctx, Iat);
            RequireRefused(Enc, $"\"typ\":{value}", Ctx, Iat);
            RequireRefused(Enc, Typ, Ctx, Iat, $"\"batch\":{value}");
            RequireRefused(Enc, Typ, Ctx, Iat, $"\"meta\":{value}");
        }
        if (value[0] != '{')
            RequireRefused(Enc, Typ, ContextOf(value), Iat);
        if (value != "1")
            RequireRefused(Enc, Typ, Ctx, $"\"iat\":{value}");
        if (value[0] != '"')
            RequireRefused(Enc, Typ, $"\"ctx\":{{\"a\":{value}}}", Iat);
        Refused.As(EnvelopeError.HeaderInvalid, () => ProtectedHeader.Parse(Encoding.UTF8.GetBytes(value)));
    }

    [Theory]
    [InlineData("Cobblestone-128")]
    [InlineData("cobblestone-256")]
    [InlineData("")]
    [InlineData("none")]
    public void Unknown_cipher_is_named_as_such(string cipher) =>
        Refused.As(EnvelopeError.UnsupportedVersion, () => Parse($"\"enc\":\"{cipher}\"", Typ, Ctx, Iat));

    [Theory]
    [InlineData("File")]
    [InlineData("token")]
    [InlineData("")]
    public void Type_that_no_file_has_is_refused(string type) => RequireRefused(Enc, $"\"typ\":\"{type}\"", Ctx, Iat);

    [Theory]
    [InlineData("-1")]
    [InlineData("9007199254740992")]
    [InlineData("1.0")]
    [InlineData("1795284000000000000000")]
    public void Time_out_of_range_is_refused(string iat) => RequireRefused(Enc, Typ, Ctx, $"\"iat\":{iat}");

    [Theory]
    [InlineData("AAECAwQFBgcICQoLDA0ODw==")] // padded
    [InlineData("AAECAwQFBgcICQoLDA0ODx")] // last character not canonical
    [InlineData("AAECAwQFBgcICQoLDA0O")] // 15 bytes
    [InlineData("AAECAwQFBgcICQoLDA0ODxA")] // 17 bytes
    [InlineData("")]
    [InlineData("AAECAwQFBgcICQoLDA0OD+")] // not of the alphabet
    public void Batch_that_is_not_16_bytes_in_canonical_form_is_refused(string batch) =>
        RequireRefused(Enc, Typ, Ctx, Iat, $"\"batch\":\"{batch}\"");

    [Theory]
    [InlineData(0, false)]
    [InlineData(71, false)]
    [InlineData(72, true)]
    [InlineData(8192, true)]
    [InlineData(8193, false)]
    [InlineData(40_000, false)]
    public void Metadata_is_one_message_of_at_most_8_KiB(int length, bool sound)
    {
        var meta = $"\"meta\":\"{Base64UrlText.Encode(new byte[length])}\"";
        if (sound)
            Assert.Equal(length, Parse(Enc, Typ, Ctx, Iat, meta).Metadata?.Length);
        else
            RequireRefused(Enc, Typ, Ctx, Iat, meta);
    }

    [Theory]
    [InlineData("""{"b":"1","a":"2"}""")]
    [InlineData("""{"aa":"1","a":"2"}""")]
    [InlineData("{\"😀\":\"1\",\"\uff5e\":\"2\"}")]
    public void Context_that_is_not_sorted_is_refused(string context) =>
        RequireRefused(Enc, Typ, ContextOf(context), Iat);

    [Fact]
    public void Context_sorted_by_UTF8_bytes_is_read() =>
        Assert.Equal(2, Parse(Enc, Typ, "\"ctx\":{\"\uff5e\":\"1\",\"😀\":\"2\"}", Iat).Context.Count);

    [Theory]
    [InlineData("""{"A":"1","a":"2"}""")]
    [InlineData("""{"":"1"}""")]
    public void Context_that_breaks_its_own_rules_is_refused(string context) =>
        Refused.As(EnvelopeError.ContextInvalid, () => Parse(Enc, Typ, ContextOf(context), Iat));

    [Fact]
    public void Context_over_its_limits_is_refused()
    {
        var pairs = string.Join(',', Enumerable.Range(10, 65).Select(i => $"\"k{i}\":\"\""));
        Refused.As(EnvelopeError.ContextInvalid, () => Parse(Enc, Typ, $"\"ctx\":{{{pairs}}}", Iat));
        Refused.As(EnvelopeError.ContextInvalid, () => Parse(Enc, Typ, $"\"ctx\":{{\"k\":\"{new string('v', 8192)}\"}}", Iat));
    }

    [Fact]
    public void Spelling_that_is_not_canonical_is_refused()
    {
        Refused.As(EnvelopeError.HeaderInvalid, () => ProtectedHeader.Parse(Encoding.UTF8.GetBytes(Json(Enc, Typ, Ctx, Iat) + "\n")));
        RequireRefused(Enc, Typ, ContextOf("""{"\u0061":"1"}"""), Iat);
        RequireRefused("\"\\u0065nc\":\"Cobblestone-256\"", Typ, Ctx, Iat);
        RequireRefused(Enc, " " + Typ, Ctx, Iat);
    }

    private static void RequireRefused(params string[] members) => Refused.As(EnvelopeError.HeaderInvalid, () => Parse(members));

    private static ProtectedHeader Parse(params string[] members) => ProtectedHeader.Parse(Encoding.UTF8.GetBytes(Json(members)));

    private static string ContextOf(string json) => $"\"ctx\":{json}";

    private static string Json(params string[] members) => $"{{{string.Join(',', members)}}}";
}
