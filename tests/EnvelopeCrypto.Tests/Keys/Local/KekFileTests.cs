using System.Text;
using EnvelopeCrypto.Keys.Local;

namespace EnvelopeCrypto.Tests.Keys.Local;

public sealed class KekFileTests
{
    private const string FirstVersion = """{"version":1,"key_id":"AQEBAQEBAQEBAQEBAQEBAQ","created":1795284001,"key":"ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8"}""";
    private const string SecondVersion = """{"version":2,"key_id":"AgICAgICAgICAgICAgICAg","created":1795284002,"key":"QEFCQ0RFRkdISUpLTE1OT1BRUlNUVVZXWFlaW1xdXl8"}""";

    [Theory]
    [InlineData(KnownKeyring.Kek, false)]
    [InlineData(KnownKeyring.Unprotected, false)]
    [InlineData(KnownKeyring.Backup, true)]
    public void What_is_parsed_is_written_again_byte_for_byte(string text, bool isBackup)
    {
        using var file = KekFile.Parse(Encoding.UTF8.GetBytes(text), "test", isBackup);
        using var again = file.ToJson();
        Assert.Equal(text, Encoding.UTF8.GetString(again.Span));
    }

    [Fact]
    public void The_keyring_file_is_written_again_byte_for_byte()
    {
        var file = KeyringFile.Parse(Encoding.UTF8.GetBytes(KnownKeyring.Keyring), "test");
        Assert.Equal(KnownKeyring.Keyring, Encoding.UTF8.GetString(file.ToJson()));
    }

    [Theory]
    [InlineData("{\"format\":1", "{ \"format\":1")]
    [InlineData("{\"format\":1,", "{")]
    [InlineData("\"format\":1", "\"format\":0")]
    [InlineData("\"format\":1", "\"format\":\"1\"")]
    [InlineData("\"name\":\"payroll\"", "\"name\":\"Payroll\"")]
    [InlineData("\"name\":\"payroll\"", "\"name\":\"../payroll\"")]
    [InlineData("\"name\":\"payroll\"", "\"name\":\"payroll\",\"name\":\"payroll\"")]
    [InlineData("\"protection\":\"unprotected\"", "\"protection\":\"none\"")]
    [InlineData("\"protection\":\"unprotected\"", "\"protection\":\"passphrase\"")]
    [InlineData("\"protection\":\"unprotected\",", "")]
    [InlineData("\"current\":\"AgICAgICAgICAgICAgICAg\"", "\"current\":\"AwMDAwMDAwMDAwMDAwMDAw\"")]
    [InlineData("\"current\":\"AgICAgICAgICAgICAgICAg\"", "\"current\":\"AgIC\"")]
    [InlineData("\"version\":1", "\"version\":0")]
    [InlineData("\"version\":1", "\"version\":1000000000")]
    [InlineData("\"version\":1", "\"version\":3")]
    [InlineData("\"version\":1", "\"version\":1.0")]
    [InlineData("\"created\":1795284001", "\"created\":-1")]
    [InlineData("\"created\":1795284001", "\"created\":253402300800")]
    [InlineData("\"key_id\":\"AQEBAQEBAQEBAQEBAQEBAQ\"", "\"key_id\":\"AgICAgICAgICAgICAgICAg\"")]
    [InlineData("ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8", "ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj9")]
    [InlineData("ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8", "ICEi")]
    [InlineData("\"key\":\"ICEi", "\"ke\\u0079\":\"ICEi")]
    [InlineData("\"key\":\"ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8\"", "\"key\":32")]
    [InlineData("\"key\":\"ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8\"", "\"key\":{\"key\":\"ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8\"}")]
    [InlineData(FirstVersion + "," + SecondVersion, SecondVersion + "," + FirstVersion)]
    [InlineData(FirstVersion + "," + SecondVersion, "")]
    [InlineData(FirstVersion, "7")]
    [InlineData("]}", "]}\n")]
    [InlineData("]}", "]")]
    [InlineData("]}", "],\"key\":\"AAAA\"}")]
    public void Damage_is_refused(string sound, string damaged)
    {
        Assert.Contains(sound, KnownKeyring.Unprotected, StringComparison.Ordinal);
        RequireRefused(Encoding.UTF8.GetBytes(KnownKeyring.Unprotected.Replace(sound, damaged, StringComparison.Ordinal)));
    }

    [Fact]
    public void Each_cut_and_each_flipped_bit_is_refused_or_shows()
    {
        var sound = Encoding.UTF8.GetBytes(KnownKeyring.Unprotected);
        for (var i = 0; i < sound.Length; i++)
        {
            RequireRefused(sound[..i]);
            var flipped = sound.ToArray();
            flipped[i] ^= (byte)(1 << (i % 8));
            RequireRefusedOrWrittenAgain(flipped);
        }
    }

    [Fact]
    public void A_newer_format_says_so()
    {
        var text = KnownKeyring.Unprotected.Replace("\"format\":1", "\"format\":3", StringComparison.Ordinal);
        var failure = Assert.Throws<EnvelopeException>(() => KekFile.Parse(Encoding.UTF8.GetBytes(text), "test", isBackup: false));
        Assert.Equal(EnvelopeError.UnsupportedVersion, failure.Error);
    }

    [Fact]
    public void A_backup_has_no_protection_and_a_file_of_the_keyring_has_one()
    {
        Assert.Throws<EnvelopeException>(() => KekFile.Parse(Encoding.UTF8.GetBytes(KnownKeyring.Unprotected), "test", isBackup: true));
        Assert.Throws<EnvelopeException>(() => KekFile.Parse(Encoding.UTF8.GetBytes(KnownKeyring.Backup), "test", isBackup: false));
    }

    [Theory]
    [InlineData("600000", "599999")]
    [InlineData("600000", "4000001")]
    [InlineData("AAECAwQFBgcICQoLDA0ODw", "AAEC")]
    [InlineData("ZGVm", "")]
    [InlineData("\"salt\"", "\"Salt\"")]
    [InlineData("}", ",\"x\":1}")]
    public void A_damaged_keyring_file_is_refused(string sound, string damaged)
    {
        var text = KnownKeyring.Keyring.Replace(sound, damaged, StringComparison.Ordinal);
        Assert.NotEqual(KnownKeyring.Keyring, text, StringComparer.Ordinal);
        var failure = Assert.Throws<EnvelopeException>(() => KeyringFile.Parse(Encoding.UTF8.GetBytes(text), "test"));
        Assert.Equal(EnvelopeError.HeaderInvalid, failure.Error);
    }

    private static void RequireRefused(byte[] text)
    {
        var failure = Assert.Throws<EnvelopeException>(() => KekFile.Parse(text, "test", isBackup: false));
        Assert.Equal(EnvelopeError.HeaderInvalid, failure.Error);
        Assert.DoesNotContain("ICEiIyQl", failure.ToString(), StringComparison.Ordinal);
    }

    private static void RequireRefusedOrWrittenAgain(byte[] text)
    {
        try
        {
            using var file = KekFile.Parse(text, "test", isBackup: false);
            using var again = file.ToJson();
            Assert.Equal(text, again.Span.ToArray());
        }
        catch (EnvelopeException failure)
        {
            Assert.True(failure.Error is EnvelopeError.HeaderInvalid or EnvelopeError.UnsupportedVersion);
        }
    }
}
