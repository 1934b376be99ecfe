using EnvelopeCrypto.Files;
using EnvelopeCrypto.Format;
using EnvelopeCrypto.Keys;
using EnvelopeCrypto.Tests.Keys.Certificates;
using EnvelopeCrypto.Tests.Support;

namespace EnvelopeCrypto.Tests.Files;

/// <summary>A new data key and a new body; what is inside, and who opens it, stays.</summary>
public sealed class RotateDataKeyTests : IDisposable
{
    private static readonly RewrapOptions Rotate = new() { RotateDataKey = true };

    private readonly FileBench _bench = new();

    public static TheoryData<int, bool> Sizes { get; } = new()
    {
        { 0, false }, { 1000, false }, { 16_384, false }, { 1_100_000, false }, { 3_000_000, false },
        { 0, true }, { 1000, true }, { 2_000_000, true },
    };

    public void Dispose() => _bench.Dispose();

    [Theory]
    [MemberData(nameof(Sizes))]
    public async Task Body_is_new_and_holds_the_same(int length, bool piped)
    {
        var plaintext = SampleBytes.Of(length);
        var envelope = piped ? await _bench.PipedEnvelopeAsync(plaintext, "local:a") : await _bench.EnvelopeAsync(plaintext, "local:a");
        var (before, body, slots) = (
            FileBench.HeaderOf(envelope), FileBench.BodyOf(envelope), FileBench.HeaderOf(envelope).Layout.SlotCount);
        var result = await _bench.RewrapAsync(envelope, Rotate);
        Assert.Equal(
            (FileOutcome.Rewrapped, RewrapMethod.RotateDataKey, RecipientProof.Verified), (result.Status, result.Method, result.Proof));
        Assert.Equal(("local:a", (long?)length), (result.OpenedBy, result.Length));
        Assert.Empty(result.RemovedKek);

        var after = FileBench.HeaderOf(envelope);
        Assert.Equal(
            (before.Protected.IssuedAt, before.Generation + 1, slots),
            (after.Protected.IssuedAt, after.Generation, after.Layout.SlotCount));
        Assert.Equal(plaintext, await _bench.OpenAsync(envelope, "local:a"));
        Assert.NotEqual(body[56..], FileBench.BodyOf(envelope)[56..]);
        Assert.Equal(["data.bin.evc"], FileBench.NamesIn(_bench.Folder.Path));
    }

    [Fact]
    public async Task Old_recipient_no_longer_fits()
    {
        var plaintext = SampleBytes.Of(1000);
        var envelope = await _bench.EnvelopeAsync(plaintext, "local:a");
        var old = FileBench.HeaderOf(envelope).Recipients;
        await _bench.RewrapAsync(envelope, Rotate);
        var header = FileBench.HeaderOf(envelope);
        byte[] forged = [.. EnvelopeHeader.Create(header.Protected, old, slotCount: 1).Bytes.Span, .. FileBench.BodyOf(envelope)];
        await Refused.AsAsync(EnvelopeError.CommitmentMismatch, () => _bench.OpenAsync(_bench.Folder.Write("forged.evc", forged)));
    }

    [Fact]
    public async Task Name_time_mode_and_context_stay()
    {
        var source = _bench.Source(5000, "report.txt");
        File.SetLastWriteTimeUtc(source, new DateTime(2020, 2, 3, 4, 5, 6, DateTimeKind.Utc));
        var context = EncryptionContext.Create([new("purpose", "backup")]);
        var envelope = _bench.Folder["x.evc"];
        await _bench.Protecting(new ProtectOptions { Keks = _bench.Keks("local:a", "service:b"), Context = context }).ProtectFileAsync(
            source, envelope, progress: null, CancellationToken.None);
        await _bench.RewrapAsync(envelope, Rotate);
        Assert.Equal(["local:a", "service:b"], FileBench.KeksOf(envelope));
        Assert.Equal(context.Bytes, FileBench.HeaderOf(envelope).Protected.Context.Bytes);
        File.Delete(source);
        var result = await _bench.UnprotectAsync(envelope, _bench.Folder["any"], new UnprotectOptions { RestoreName = true });
        Assert.Equal(source, result.FullName);
        Assert.Equal(new DateTime(2020, 2, 3, 4, 5, 6, DateTimeKind.Utc), File.GetLastWriteTimeUtc(source));
    }

    [Fact]
    public async Task Shared_data_key_becomes_the_files_own()
    {
        var made = new HandmadeEnvelope { Batch = new byte[16], Plaintext = SampleBytes.Of(500) };
        var envelope = _bench.Folder.Write("x.evc", await made.ToBytesAsync(_bench.Session, _bench.Keks("local:a")));
        var result = await _bench.RewrapAsync(envelope, new RewrapOptions { RotateDataKey = true, AddKeks = _bench.Keks("local:b") });
        Assert.False(result.SharedDataKey);
        Assert.Null(FileBench.HeaderOf(envelope).Protected.Batch);
        Assert.Equal(["local:a", "local:b"], FileBench.KeksOf(envelope));
        Assert.Equal(made.Plaintext, await _bench.OpenAsync(envelope, "local:b"));
    }

    [Fact]
    public async Task Recipients_change_with_it()
    {
        var plaintext = SampleBytes.Of(1000);
        var envelope = await _bench.EnvelopeAsync(plaintext, "local:a", "local:b");
        var replaced = await _bench.RewrapAsync(
            envelope, new RewrapOptions { RotateDataKey = true, OldKeks = _bench.Keks("local:a"), NewKeks = _bench.Keks("local:c") });
        Assert.Equal(["local:a"], replaced.RemovedKek);
        Assert.Equal(["local:c", "local:b"], FileBench.KeksOf(envelope));
        await _bench.RewrapAsync(envelope, new RewrapOptions { RotateDataKey = true, RemoveKeks = _bench.Keks("local:b") });
        Assert.Equal(["local:c"], FileBench.KeksOf(envelope));
        await _bench.RewrapAsync(envelope, new RewrapOptions { RotateDataKey = true, NewKeks = _bench.Keks("local:d") });
        Assert.Equal(["local:d"], FileBench.KeksOf(envelope));
        Assert.Equal(plaintext, await _bench.OpenAsync(envelope, "local:d"));
        await _bench.RefusesAsync(
            EnvelopeError.WouldLockOut,
            envelope,
            () => _bench.RewrapAsync(envelope, new RewrapOptions { RotateDataKey = true, RemoveKeks = _bench.Keks("local:d") }));
    }

    [Fact]
    public async Task File_without_the_old_kek_is_left_alone()
    {
        var envelope = await _bench.EnvelopeAsync(SampleBytes.Of(100), "local:a");
        var bytes = await File.ReadAllBytesAsync(envelope);
        var result = await _bench.RewrapAsync(
            envelope, new RewrapOptions { RotateDataKey = true, OldKeks = _bench.Keks("local:b"), NewKeks = _bench.Keks("local:c") });
        Assert.Equal(FileOutcome.Unchanged, result.Status);
        Assert.Equal(bytes, await File.ReadAllBytesAsync(envelope));
    }

    // Whoever can write the file can name his own KEK in it. The new data key must not be wrapped for him.
    [Fact]
    public async Task Recipient_that_does_not_open_gets_no_new_data_key()
    {
        var other = await _bench.EnvelopeAsync(SampleBytes.Of(10, seed: 2), "service:stranger");
        var claim = FileBench.HeaderOf(other).Recipients[0];
        var made = new HandmadeEnvelope { MoreRecipients = [claim] };
        var envelope = _bench.Folder.Write("x.evc", await made.ToBytesAsync(_bench.Session, _bench.Keks("local:a")));
        await _bench.RefusesAsync(EnvelopeError.WouldLockOut, envelope, () => _bench.RewrapAsync(envelope, Rotate));
        await _bench.RewrapAsync(envelope, new RewrapOptions { RotateDataKey = true, RemoveKeks = _bench.Keks("service:stranger") });
        Assert.Equal(["local:a"], FileBench.KeksOf(envelope));
    }

    [Fact]
    public async Task Recipient_that_is_not_allowed_gets_no_new_data_key()
    {
        var envelope = await _bench.EnvelopeAsync(SampleBytes.Of(10), "local:a", "service:b");
        var session = _bench.OpenSession(["local:a"]);
        await _bench.RefusesAsync(
            EnvelopeError.WouldLockOut,
            envelope,
            () => _bench.Rewrapping(Rotate, session: session).RewrapFileAsync(envelope, CancellationToken.None));
        Assert.DoesNotContain(_bench.Service.Calls, call => call.StartsWith("unwrap", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Unknown_recipient_is_neither_dropped_nor_kept_in_silence()
    {
        var made = new HandmadeEnvelope { MoreRecipients = [SampleRecipients.Unknown()] };
        var envelope = _bench.Folder.Write("x.evc", await made.ToBytesAsync(_bench.Session, _bench.Keks("local:a")));
        foreach (var noReadBack in new[] { false, true })
        {
            await _bench.RefusesAsync(
                EnvelopeError.WouldLockOut, envelope, () => _bench.RewrapAsync(envelope, Rotate with { NoReadBack = noReadBack }));
        }
        await _bench.RewrapAsync(envelope, new RewrapOptions { RotateDataKey = true, NewKeks = _bench.Keks("local:a") });
        Assert.Equal(["local:a"], FileBench.KeksOf(envelope));
    }

    [Fact]
    public async Task Offline_certificate_stays_when_it_is_named()
    {
        using var alice = TestCertificate.OfAlice();
        var offline = _bench.Certificate("alice.cer", alice.ExportCertificatePem());
        var plaintext = SampleBytes.Of(10);
        var envelope = await _bench.EnvelopeAsync(plaintext, "local:a", offline);
        await _bench.RefusesAsync(
            EnvelopeError.WouldLockOut,
            envelope,
            () => _bench.Rewrapping(Rotate, session: _bench.OpenSession()).RewrapFileAsync(envelope, CancellationToken.None));
        var result = await _bench.RewrapAsync(envelope, new RewrapOptions { RotateDataKey = true, AddKeks = _bench.Keks(offline) });
        Assert.Equal(RecipientProof.Unproven, result.Proof);
        Assert.Equal(2, FileBench.KeksOf(envelope).Length);
        Assert.Equal(plaintext, await _bench.OpenAsync(envelope, "local:a"));
        await _bench.RefusesAsync(
            EnvelopeError.WouldLockOut,
            envelope,
            () => _bench.RewrapAsync(envelope, new RewrapOptions { RotateDataKey = true, NewKeks = _bench.Keks(offline) }));
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public async Task Kek_that_does_not_open_again_is_found_out(bool lies, bool rubbish)
    {
        var envelope = await _bench.EnvelopeAsync(SampleBytes.Of(10), "local:a");
        (_bench.Service.UnwrapLies, _bench.Service.WrapsRubbish) = (lies, rubbish);
        await _bench.RefusesAsync(
            EnvelopeError.ProofFailed,
            envelope,
            () => _bench.RewrapAsync(envelope, new RewrapOptions { RotateDataKey = true, AddKeks = _bench.Keks("service:b") }));
    }

    [Fact]
    public async Task Key_service_makes_the_new_data_key()
    {
        var plaintext = SampleBytes.Of(100);
        var envelope = await _bench.EnvelopeAsync(plaintext, "service:a");
        _bench.Service.Generates = true;
        await _bench.RewrapAsync(envelope, Rotate);
        Assert.Equal((1, 1), (_bench.Service.Count("generate"), _bench.Service.Count("wrap"))); // the wrap is the old one
        Assert.Equal(plaintext, await _bench.OpenAsync(envelope));
    }

    [Theory]
    [InlineData(5000)]
    [InlineData(3_000_000)]
    public async Task Damaged_body_is_not_encrypted_anew(int length)
    {
        var envelope = await _bench.EnvelopeAsync(SampleBytes.Of(length), "local:a");
        var bytes = await File.ReadAllBytesAsync(envelope);
        bytes[^(length / 2)] ^= 1;
        await File.WriteAllBytesAsync(envelope, bytes);
        await _bench.RefusesAsync(EnvelopeError.BodyDamaged, envelope, () => _bench.RewrapAsync(envelope, Rotate));
        await File.WriteAllBytesAsync(envelope, bytes[..^17]);
        var failure = await Assert.ThrowsAsync<EnvelopeException>(() => _bench.RewrapAsync(envelope, Rotate));
        Assert.Contains(failure.Error, new[] { EnvelopeError.BodyDamaged, EnvelopeError.BodyTruncated });
        Assert.Equal(bytes[..^17], await File.ReadAllBytesAsync(envelope));
    }

    [Fact]
    public async Task Source_that_changed_since_it_was_encrypted_is_found_after_a_rotation()
    {
        var source = _bench.Source();
        var envelope = _bench.Folder["x.evc"];
        var protecting = _bench.Protecting(new ProtectOptions { Keks = _bench.Keks("local:a"), Update = true }, time: _bench.Time);
        await protecting.ProtectFileAsync(source, envelope, progress: null, CancellationToken.None);
        await File.WriteAllBytesAsync(source, SampleBytes.Of(100, seed: 2));
        File.SetLastWriteTimeUtc(source, _bench.Time.Now.UtcDateTime.AddSeconds(2)); // after the encryption, whose time has whole seconds
        await _bench.RewrapAsync(envelope, Rotate);
        File.SetLastWriteTimeUtc(envelope, _bench.Time.Now.UtcDateTime.AddSeconds(10));
        var result = await protecting.ProtectFileAsync(source, envelope, progress: null, CancellationToken.None);
        Assert.Equal(FileOutcome.Protected, result.Status);
    }

    [Fact]
    public async Task Stopped_rotation_leaves_the_old_file()
    {
        var envelope = await _bench.EnvelopeAsync(SampleBytes.Of(3_000_000), "local:a");
        var before = FolderState.Of(_bench.Folder.Path);
        using var stop = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => _bench.Rewrapping(Rotate).RewrapFileAsync(envelope, stop.Token, _ => stop.Cancel()));
        Assert.Equal(before, FolderState.Of(_bench.Folder.Path));
    }

    [Fact]
    public async Task Progress_counts_all_bytes()
    {
        var envelope = await _bench.EnvelopeAsync(SampleBytes.Of(3_000_000), "local:a");
        var done = 0L;
        await _bench.Rewrapping(Rotate).RewrapFileAsync(envelope, CancellationToken.None, count => done += count);
        Assert.Equal(3_000_000, done);
    }

    [Fact]
    public async Task Exported_kek_gets_a_new_data_key_too()
    {
        _bench.Keks("local:a");
        var envelope = _bench.Folder["x.evc"];
        await new KekExportOperation(_bench.Session, _bench.Keyring).ExportAsync(
            "a", _bench.Keks("service:a"), envelope, force: false, CancellationToken.None);
        await _bench.RewrapAsync(envelope, Rotate);
        Assert.Equal(EnvelopeType.KekExport, FileBench.HeaderOf(envelope).Protected.Type);
        using var session = _bench.OpenSession();
        Assert.True((await new VerifyOperation(session, new VerifyOptions()).VerifyFileAsync(envelope, progress: null, CancellationToken.None)).Valid);
    }
}
