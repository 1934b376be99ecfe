using EnvelopeCrypto.Files;
using EnvelopeCrypto.Format;
using EnvelopeCrypto.Tests.Keys.Certificates;
using EnvelopeCrypto.Tests.Support;

namespace EnvelopeCrypto.Tests.Files;

/// <summary>
/// After a leak, every file gets a new data key. The KEK's holder can take its recipient out of a file beforehand, so that a run by the
/// old KEK finds nothing to do there; such a file fails.
/// </summary>
public sealed class RequiredRotationTests : IDisposable
{
    private static readonly byte[] Plaintext = SampleBytes.Of(1000);

    private readonly FileBench _bench = new();
    private readonly string _offline;

    public RequiredRotationTests()
    {
        using var alice = TestCertificate.OfAlice();
        _offline = _bench.Certificate("alice.pem", alice.ExportCertificatePem() + "\n" + TestCertificate.KeyPem(alice));
    }

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task File_whose_leaked_recipient_was_taken_out_fails()
    {
        var envelope = await _bench.EnvelopeAsync(Plaintext, "local:leaked", _offline);
        TakeOut(envelope, "local:leaked");
        var run = Run();
        await _bench.RefusesAsync(EnvelopeError.NotRotated, envelope, () => _bench.RewrapAsync(envelope, run));

        // Without being told it is left alone, and the result says so.
        var left = await _bench.RewrapAsync(envelope, run with { RequireRotation = false });
        Assert.Equal((FileOutcome.Unchanged, (RewrapMethod?)null), (left.Status, left.Method));
        Assert.NotNull(left.Reason);
        var preview = await _bench.RewrapAsync(envelope, run with { WhatIf = true });
        Assert.NotNull(preview.Reason);

        // By itself it is rotated.
        await _bench.RewrapAsync(envelope, run with { OldKeks = [] });
        Assert.Equal(Plaintext, await _bench.OpenAsync(envelope, "local:new"));
    }

    [Fact]
    public async Task File_that_an_earlier_run_rotated_is_done()
    {
        var envelope = await _bench.EnvelopeAsync(Plaintext, "local:leaked", "local:other");
        var run = Run();
        Assert.Equal(RewrapMethod.RotateDataKey, (await _bench.RewrapAsync(envelope, run)).Method);
        var bytes = await File.ReadAllBytesAsync(envelope, TestContext.Current.CancellationToken);
        var again = await _bench.RewrapAsync(envelope, run);
        Assert.Equal(
            (FileOutcome.Unchanged, RecipientProof.Verified, "local:new"), (again.Status, again.Proof, again.OpenedBy));
        Assert.Equal(bytes, await File.ReadAllBytesAsync(envelope, TestContext.Current.CancellationToken));
    }

    // Another file's recipient of the new KEK opens another data key.
    [Fact]
    public async Task File_with_a_copied_recipient_of_the_new_KEK_fails()
    {
        var other = await _bench.EnvelopeAsync(SampleBytes.Of(10), "local:new");
        var copied = FileBench.HeaderOf(other).Recipients;
        File.Delete(other);
        var made = new HandmadeEnvelope { Plaintext = Plaintext, MoreRecipients = copied };
        var envelope = _bench.Folder.Write("x.evc", await made.ToBytesAsync(_bench.Session, _bench.Keks("local:leaked", _offline)));
        TakeOut(envelope, "local:leaked");
        await _bench.RefusesAsync(EnvelopeError.NotRotated, envelope, () => _bench.RewrapAsync(envelope, Run()));
    }

    // Whoever kept the data key can wrap it for a certificate, which is public.
    [Fact]
    public async Task Certificate_among_the_new_KEKs_proves_no_rotation()
    {
        var envelope = await _bench.EnvelopeAsync(Plaintext, _offline);
        var run = new RewrapOptions
        {
            RotateDataKey = true, RequireRotation = true, OldKeks = _bench.Keks("local:leaked"), NewKeks = _bench.Keks(_offline),
        };
        await _bench.RefusesAsync(EnvelopeError.NotRotated, envelope, () => _bench.RewrapAsync(envelope, run));
    }

    // What recipients say of their time is a claim.
    [Fact]
    public async Task File_that_claims_to_be_wrapped_later_fails()
    {
        var envelope = await _bench.EnvelopeAsync(Plaintext, "local:leaked");
        var run = new RewrapOptions
        {
            RotateDataKey = true,
            RequireRotation = true,
            NewKeks = _bench.Keks("local:new"),
            WrappedBefore = DateTimeOffset.UnixEpoch,
        };
        await _bench.RefusesAsync(EnvelopeError.NotRotated, envelope, () => _bench.RewrapAsync(envelope, run));
    }

    [Fact]
    public void It_is_about_rotations() => Assert.Throws<ArgumentException>(() => _bench.Rewrapping(Run() with { RotateDataKey = false }));

    private RewrapOptions Run() => new()
    {
        RotateDataKey = true,
        RequireRotation = true,
        OldKeks = _bench.Keks("local:leaked"),
        NewKeks = _bench.Keks("local:new", _offline),
    };

    private static void TakeOut(string envelope, string kek)
    {
        var (header, body) = (FileBench.HeaderOf(envelope), FileBench.BodyOf(envelope));
        var left = header.Recipients.Where(recipient => recipient.Kek != kek).ToArray();
        File.WriteAllBytes(envelope, [.. EnvelopeHeader.Create(header.Protected, left, header.Layout.SlotCount).Bytes.Span, .. body]);
    }
}
