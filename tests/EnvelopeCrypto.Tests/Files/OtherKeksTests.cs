using EnvelopeCrypto.Files;
using EnvelopeCrypto.Format;
using EnvelopeCrypto.Keys;
using EnvelopeCrypto.Tests.Keys.Certificates;

namespace EnvelopeCrypto.Tests.Files;

/// <summary>An update that leaves an envelope alone says when it is for other KEKs than those of the run.</summary>
public sealed class OtherKeksTests : IDisposable
{
    private readonly FileBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task Same_keks_in_another_order_are_no_difference()
    {
        await ProtectAsync("local:a", "local:b");
        var again = await UpdateAsync(prepare: true, "local:b", "local:a", "local:a");
        Assert.Equal(FileOutcome.Unchanged, again.Status);
        Assert.False(again.OtherKeks);
        Assert.Null(again.Reason);
        Assert.Equal(["local:a", "local:b"], again.Kek);
    }

    [Fact]
    public async Task Versions_of_a_local_kek_are_no_difference()
    {
        await ProtectAsync("local:a");
        _bench.Keyring.Rotate("a", CancellationToken.None);
        Assert.False((await UpdateAsync(prepare: true, "local:a")).OtherKeks);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Kek_that_was_added_to_the_command_is_told_and_the_envelope_stays(bool prepare)
    {
        await ProtectAsync("local:a");
        var before = await File.ReadAllBytesAsync(Envelope);
        var again = await UpdateAsync(prepare, "local:a", "local:b");
        Assert.Equal(FileOutcome.Unchanged, again.Status);
        Assert.True(again.OtherKeks);
        Assert.Contains("local:b", again.Reason, StringComparison.Ordinal);
        Assert.DoesNotContain("local:a", again.Reason, StringComparison.Ordinal);
        Assert.Equal(["local:a"], again.Kek);
        Assert.Equal(before, await File.ReadAllBytesAsync(Envelope));
    }

    [Fact]
    public async Task Kek_that_only_the_envelope_has_is_told()
    {
        await ProtectAsync("local:a", "local:former");
        var again = await UpdateAsync(prepare: true, "local:a");
        Assert.True(again.OtherKeks);
        Assert.Contains("local:former", again.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Certificate_is_compared_by_its_public_key_and_not_by_its_path()
    {
        using var certificate = TestCertificate.OfAlice();
        var pem = certificate.ExportCertificatePem();
        var (first, second) = (_bench.Certificate("one.pem", pem), _bench.Certificate("two.pem", pem));
        await ProtectAsync("local:a", first);
        Assert.False((await UpdateAsync(prepare: true, "local:a", second)).OtherKeks);
        Assert.True((await UpdateAsync(prepare: true, "local:a")).OtherKeks);
    }

    [Fact]
    public async Task Data_key_that_is_given_brings_the_keks_to_compare_with()
    {
        await ProtectAsync("local:a");
        var keks = await _bench.Session.OpenAsync(_bench.Keks("local:b"), CancellationToken.None);
        var (key, recipients) = await _bench.Session.GenerateAsync(keks, EncryptionContext.Empty, path: null, CancellationToken.None);
        using var given = new SharedDataKey(key, recipients, EncryptionContext.Empty);
        var again = await _bench.Protecting(new ProtectOptions { Keks = [], DataKey = given, Update = true })
            .ProtectFileAsync(Source, Envelope, progress: null, CancellationToken.None);
        Assert.True(again.OtherKeks);
        Assert.Contains("local:b", again.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Preview_tells_it_too()
    {
        await ProtectAsync("local:a");
        var options = new ProtectOptions { Keks = _bench.Keks("local:a", "local:b"), Update = true, WhatIf = true };
        var preview = await _bench.Protecting(options).ProtectFileAsync(Source, Envelope, progress: null, CancellationToken.None);
        Assert.True(preview is { Status: FileOutcome.Unchanged, OtherKeks: true, WhatIf: true });
    }

    [Fact]
    public async Task Preview_does_not_ask_a_key_service_what_an_alias_means()
    {
        await ProtectAsync("local:a");
        // No provider of AWS KMS is here: whoever asked for the key behind the alias would fail.
        var options = new ProtectOptions { Keks = [.. _bench.Keks("local:a"), KekReference.Parse("alias/backup")], Update = true, WhatIf = true };
        var preview = await _bench.Protecting(options).ProtectFileAsync(Source, Envelope, progress: null, CancellationToken.None);
        Assert.True(preview is { Status: FileOutcome.Unchanged, OtherKeks: false });
    }

    [Fact]
    public async Task Recipients_that_cannot_be_read_are_not_compared()
    {
        await ProtectAsync("local:a");
        var bytes = await File.ReadAllBytesAsync(Envelope);
        bytes[FileBench.HeaderOf(Envelope).Layout.SlotOffset + 20] ^= 1; // such as half of what another run is writing there
        await File.WriteAllBytesAsync(Envelope, bytes);
        File.SetLastWriteTimeUtc(Envelope, File.GetLastWriteTimeUtc(Source));
        var again = await UpdateAsync(prepare: true, "local:b");
        Assert.True(again is { Status: FileOutcome.Unchanged, OtherKeks: false, Reason: null });
    }

    private string Source => _bench.Folder["data.bin"];

    private string Envelope => _bench.Folder["data.bin.evc"];

    private async Task ProtectAsync(params string[] keks) => await _bench.ProtectAsync(_bench.Source(), Envelope, keks);

    private async Task<FileResult> UpdateAsync(bool prepare, params string[] keks)
    {
        var operation = _bench.Protecting(new ProtectOptions { Keks = _bench.Keks(keks), Update = true });
        if (prepare)
            await operation.PrepareAsync(CancellationToken.None);
        return await operation.ProtectFileAsync(Source, Envelope, progress: null, CancellationToken.None);
    }
}
