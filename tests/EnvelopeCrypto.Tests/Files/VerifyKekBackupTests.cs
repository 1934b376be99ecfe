using EnvelopeCrypto.Files;
using EnvelopeCrypto.Format;
using EnvelopeCrypto.Tests.Support;

namespace EnvelopeCrypto.Tests.Files;

/// <summary>A KEK's backup is only good if an import could read it: verifying one reads the KEK in it too.</summary>
public sealed class VerifyKekBackupTests : IDisposable
{
    private readonly FileBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Backup_is_valid(bool fromPipe)
    {
        _bench.Kek("local:a");
        var backup = _bench.Folder["a.kek.evc"];
        await new KekExportOperation(_bench.Session, _bench.Keyring).ExportAsync(
            "a", _bench.Keks("service:a"), backup, force: false, CancellationToken.None);
        var proof = await VerifyAsync(backup, fromPipe);
        Assert.True(proof.Valid, proof.Reason);
        Assert.InRange(proof.Length!.Value, 100, 1000);
    }

    [Theory]
    [InlineData("junk", false)]
    [InlineData("junk", true)]
    [InlineData("", false)]
    [InlineData("{}", false)]
    [InlineData("""{"format":1,"name":"a","current":"AQEBAQEBAQEBAQEBAQEBAQ","versions":[]}""", false)]
    public async Task Envelope_that_calls_itself_a_backup_and_holds_junk_is_not_valid(string junk, bool fromPipe)
    {
        var backup = await WriteAsync(System.Text.Encoding.UTF8.GetBytes(junk));
        var proof = await VerifyAsync(backup, fromPipe);
        Assert.Equal((false, EnvelopeError.HeaderInvalid), (proof.Valid, proof.Error));
        await _bench.RefusesAsync(
            EnvelopeError.HeaderInvalid,
            backup,
            () => new KekExportOperation(_bench.Session, _bench.Keyring).ImportAsync(backup, protection: null, CancellationToken.None));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Backup_that_is_longer_than_any_is_not_valid(bool fromPipe)
    {
        var proof = await VerifyAsync(await WriteAsync(new byte[(1024 * 1024) + 1]), fromPipe);
        Assert.Equal((false, EnvelopeError.HeaderInvalid), (proof.Valid, proof.Error));
    }

    [Fact]
    public async Task Header_alone_says_only_that_a_KEK_opens_it()
    {
        var backup = await WriteAsync("junk"u8.ToArray());
        var proof = await new VerifyOperation(_bench.Session, new VerifyOptions { HeaderOnly = true }).VerifyFileAsync(
            backup, progress: null, CancellationToken.None);
        Assert.Equal((true, (long?)null), (proof.Valid, proof.Length));
    }

    private async Task<string> WriteAsync(byte[] plaintext)
    {
        var made = new HandmadeEnvelope { Type = EnvelopeType.KekExport, Plaintext = plaintext };
        return _bench.Folder.Write("x.kek.evc", await made.ToBytesAsync(_bench.Session, _bench.Kek("service:a")));
    }

    private async Task<VerifyResult> VerifyAsync(string path, bool fromPipe)
    {
        var operation = new VerifyOperation(_bench.Session, new VerifyOptions());
        if (!fromPipe)
            return await operation.VerifyFileAsync(path, progress: null, CancellationToken.None);
        using var pipe = new OneByteStream(new MemoryStream(await File.ReadAllBytesAsync(path)));
        return await operation.VerifyStreamAsync(pipe, progress: null, CancellationToken.None);
    }
}
