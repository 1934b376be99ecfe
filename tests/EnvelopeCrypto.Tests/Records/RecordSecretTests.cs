using System.Net;
using System.Runtime.InteropServices;
using System.Security;
using System.Text;
using EnvelopeCrypto.Format;
using EnvelopeCrypto.Records;
using EnvelopeCrypto.Tests.Interop;
using EnvelopeCrypto.Tests.Support;

namespace EnvelopeCrypto.Tests.Records;

public sealed class RecordSecretTests : IDisposable
{
    private readonly RecordBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Theory]
    [InlineData("")]
    [InlineData("correct horse")]
    [InlineData("\U0001f510 p\u00e4ss\0\r\n")]
    public async Task SecureString_comes_back_as_one_and_read_only(string text)
    {
        var token = await _bench.TokenAsync(Secret(text));
        var again = Assert.IsType<SecureString>(await _bench.Unprotecting().UnprotectValueAsync(token, RecordBench.Stop));
        Assert.Equal(text, TextOf(again));
        Assert.True(again.IsReadOnly());
        Assert.Equal(RecordValueType.SecureString, RecordBench.HeaderOf(token).ValueType);
    }

    [Theory]
    [InlineData("ann", "secret")]
    [InlineData(@"CORP\b\u00f6b", "")]
    [InlineData("\U0001f511@example.org", "\U0001f510\0")]
    public async Task Credential_comes_back_as_one(string name, string password)
    {
        var token = await _bench.TokenAsync(new NetworkCredential(name, Secret(password)));
        var again = Assert.IsType<NetworkCredential>(await _bench.Unprotecting().UnprotectValueAsync(token, RecordBench.Stop));
        Assert.Equal((name, password, ""), (again.UserName, TextOf(again.SecurePassword), again.Domain));
        Assert.Equal(RecordValueType.PSCredential, RecordBench.HeaderOf(token).ValueType);
    }

    [Fact]
    public void Credential_is_written_as_the_specification_says()
    {
        var (type, bytes) = RecordValue.Encode(new NetworkCredential("b\u00f6b", Secret("p")));
        Assert.Equal("pscredential", RecordValue.WordOf(type));
        Assert.Equal([0, 0, 0, 4, (byte)'b', 0xc3, 0xb6, (byte)'b', (byte)'p'], bytes);
    }

    [Fact]
    public void What_is_not_a_credential_is_refused()
    {
        byte[][] values =
        [
            [], [0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0, 1], [0, 0, 0, 2, (byte)'a'], [0xff, 0xff, 0xff, 0xff, (byte)'a'], [0, 0, 0, 1, 0xff],
            [0, 0, 0, 1, (byte)'a', 0xff], [0, 0, 0, 1, 0xc3, 0xa4],
        ];
        Assert.All(values, bytes => Refused.As(EnvelopeError.TokenInvalid, () => RecordValue.Decode(RecordValueType.PSCredential, bytes)));
    }

    [Fact]
    public void Engine_and_reader_agree_on_the_longest_secret()
    {
        Python.Require();
        (string Text, bool IsSound)[] cases =
        [
            (new string('x', RecordSecret.MaxLetters), true), (new string('x', RecordSecret.MaxLetters + 1), false),
            (Many("\U0001f510", RecordSecret.MaxLetters / 2), true), (Many("\U0001f510", (RecordSecret.MaxLetters / 2) + 1), false),
        ];
        string[] before = ["", "\0\0\0\u0001a"];
        var rows = cases.SelectMany(each => before.Select(start => (start, Bytes: Encoding.UTF8.GetBytes(start + each.Text), each.IsSound))).ToList();
        var lines = rows.Select(row => $"{(row.start.Length == 0 ? "securestring" : "pscredential")} {Base64UrlText.Encode(row.Bytes)}\n");
        var (exitCode, output, errors) = Python.Run("values.py", [], string.Concat(lines));

        Assert.True(exitCode == 0, errors);
        Assert.Equal(rows.Select(row => row.IsSound), output.TrimEnd().Split('\n').Select(answer => answer == "sound"));
        Assert.Equal(rows.Select(row => row.IsSound), rows.Select(row => IsSound(row.start.Length == 0 ? RecordValueType.SecureString : RecordValueType.PSCredential, row.Bytes)));
    }

    [Fact]
    public void Secret_that_a_token_does_not_hold_is_refused_and_not_shown()
    {
        object[] values = [Secret("secret42\ud800"), new NetworkCredential("", "secret42"), new NetworkCredential("ann", "secret42", "CORP"), new NetworkCredential("\udc00", "secret42")];
        Assert.All(values, value => Assert.DoesNotContain(
            "secret42", Refused.As(EnvelopeError.ValueUnsupported, () => RecordValue.Encode(value)).ToString(), StringComparison.Ordinal));
    }

    [Fact]
    public void No_token_is_bound_to_a_secret()
    {
        object[] values = [Secret("s"), new NetworkCredential("ann", "s")];
        Assert.All(values, value => Refused.As(EnvelopeError.ValueUnsupported, () => RecordBench.Bind(("id", value))));
    }

    private static bool IsSound(RecordValueType type, byte[] bytes)
    {
        try
        {
            RecordValue.Decode(type, bytes);
            return true;
        }
        catch (EnvelopeException failure) when (failure.Error == EnvelopeError.TokenInvalid)
        {
            return false;
        }
    }

    private static string Many(string text, int count) => string.Concat(Enumerable.Repeat(text, count));

    private static SecureString Secret(string text)
    {
        var secret = new SecureString();
        foreach (var letter in text)
            secret.AppendChar(letter);
        return secret;
    }

    private static string TextOf(SecureString secret)
    {
        var pointer = Marshal.SecureStringToGlobalAllocUnicode(secret);
        try
        {
            return Marshal.PtrToStringUni(pointer, secret.Length);
        }
        finally
        {
            Marshal.ZeroFreeGlobalAllocUnicode(pointer);
        }
    }
}
