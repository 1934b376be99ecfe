using System.Security.Cryptography;
using System.Text;
using EnvelopeCrypto.KeyPairs;
using EnvelopeCrypto.Keys;
using EnvelopeCrypto.Keys.Pairs;
using EnvelopeCrypto.Tests.Keys.Certificates;
using EnvelopeCrypto.Tests.Support;

namespace EnvelopeCrypto.Tests.Keys.Pairs;

public sealed class PublicHalfFileTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly byte[] _publicHalf;
    private readonly string _pem;

    public PublicHalfFileTests()
    {
        using var half = new XWing().OpenPrivateHalf(RandomNumberGenerator.GetBytes(32));
        _publicHalf = half.PublicHalf.ToArray();
        _pem = KeyPairFormat.ToPem(_publicHalf);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_kid_is_the_hash_of_what_stands_in_the_file()
    {
        var der = Convert.FromBase64String(string.Concat(_pem.Split('\n').Where(line => !line.StartsWith("--", StringComparison.Ordinal))));
        Assert.Equal($"pub:sha256:{Convert.ToHexString(SHA256.HashData(der)).ToLowerInvariant()}", KeyPairFormat.KidOf(_publicHalf));
    }

    [Fact]
    public async Task Text_around_the_block_and_other_ends_of_lines_do_not_matter()
    {
        Assert.Equal(KeyPairFormat.KidOf(_publicHalf), await IdentifyAsync(_pem));
        Assert.Equal(KeyPairFormat.KidOf(_publicHalf), await IdentifyAsync($"The safe's key.\n\n{_pem}\nEnd."));
        Assert.Equal(KeyPairFormat.KidOf(_publicHalf), await IdentifyAsync("\ufeff" + _pem.Replace("\n", "\r\n", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Any_other_PEM_is_refused()
    {
        using var certificate = TestCertificate.OfAlice();
        using var rsa = RSA.Create(2048);
        using var curve = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        string[] others =
        [
            certificate.ExportCertificatePem(),
            rsa.ExportSubjectPublicKeyInfoPem(),
            rsa.ExportRSAPublicKeyPem(),
            rsa.ExportPkcs8PrivateKeyPem(),
            curve.ExportSubjectPublicKeyInfoPem(),
            PemEncoding.WriteString("PRIVATE KEY", KeyPairFormat.ToSubjectPublicKeyInfo(_publicHalf)),
            PemEncoding.WriteString("PUBLIC KEY", _publicHalf),
            PemEncoding.WriteString("PUBLIC KEY", []),
            _pem + _pem,
            certificate.ExportCertificatePem() + "\n" + _pem,
        ];
        foreach (var other in others)
            await RefusedAsync(EnvelopeError.PublicKeyInvalid, other);
    }

    [Fact]
    public async Task One_that_is_cut_off_or_goes_on_is_refused()
    {
        var der = KeyPairFormat.ToSubjectPublicKeyInfo(_publicHalf);
        foreach (var length in new[] { 1, 4, 23, 24, 25, 1207, 1208, 1239 })
            await RefusedAsync(EnvelopeError.PublicKeyInvalid, PemEncoding.WriteString("PUBLIC KEY", der.AsSpan(0, length)));
        await RefusedAsync(EnvelopeError.PublicKeyInvalid, PemEncoding.WriteString("PUBLIC KEY", [.. der, 0]));
        foreach (var length in new[] { 30, 100, 1000, _pem.Length - 10 })
            await RefusedAsync(EnvelopeError.PublicKeyInvalid, _pem[..length]);
        await RefusedAsync(EnvelopeError.PublicKeyInvalid, _pem + new string('\n', 70_000));
    }

    [Fact]
    public async Task A_weak_point_and_a_bad_ML_KEM_key_are_refused()
    {
        await RefusedAsync(EnvelopeError.PublicKeyInvalid, KeyPairFormat.ToPem([.. _publicHalf[..1184], .. new byte[32]]));
        await RefusedAsync(EnvelopeError.PublicKeyInvalid, KeyPairFormat.ToPem([0xFF, 0xFF, 0xFF, .. _publicHalf[3..]]));
    }

    [Fact]
    public async Task One_changed_bit_anywhere_is_another_key_or_refused()
    {
        var der = KeyPairFormat.ToSubjectPublicKeyInfo(_publicHalf);
        var kids = new HashSet<string>(StringComparer.Ordinal) { KeyPairFormat.KidOf(_publicHalf) };
        for (var i = 0; i < der.Length; i++)
        {
            der[i] ^= 0x40;
            var pem = PemEncoding.WriteString("PUBLIC KEY", der);
            try
            {
                Assert.True(kids.Add(await IdentifyAsync(pem)));
            }
            catch (EnvelopeException failure)
            {
                Assert.Equal(EnvelopeError.PublicKeyInvalid, failure.Error);
            }
            der[i] ^= 0x40;
        }
    }

    [Fact]
    public async Task A_file_that_cannot_be_read_is_not_found()
    {
        await RefusedAsync(EnvelopeError.PublicKeyNotFound, "");
        await RefusedAsync(EnvelopeError.PublicKeyNotFound, "no PEM at all");
        await Refused.AsAsync(EnvelopeError.PublicKeyNotFound, () => IdentifyFileAsync(_folder["nowhere.pem"]));
        await Refused.AsAsync(EnvelopeError.PublicKeyNotFound, () => IdentifyFileAsync(_folder.Path));
        await Refused.AsAsync(EnvelopeError.PublicKeyNotFound, () => IdentifyFileAsync(_folder["a\0b"]));
    }

    private Task<EnvelopeException> RefusedAsync(EnvelopeError error, string text) => Refused.AsAsync(error, () => IdentifyAsync(text));

    private Task<string> IdentifyAsync(string text) => IdentifyFileAsync(_folder.Write("key.pem", Encoding.UTF8.GetBytes(text)));

    private static async Task<string> IdentifyFileAsync(string path)
    {
        using var provider = new KeyPairKekProvider(() => new XWing(), () => throw new InvalidOperationException("no keyring is needed"));
        return await provider.IdentifyAsync(KekReference.Parse("pub:" + path), CancellationToken.None);
    }
}
