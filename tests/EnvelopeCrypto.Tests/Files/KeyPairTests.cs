using EnvelopeCrypto.Files;
using EnvelopeCrypto.Keys;
using EnvelopeCrypto.Keys.Local;
using EnvelopeCrypto.Tests.Keys.Certificates;
using EnvelopeCrypto.Tests.Support;

namespace EnvelopeCrypto.Tests.Files;

/// <summary>Files whose data key is wrapped for key pairs: all that other KEKs can do, they can.</summary>
public sealed class KeyPairTests : IDisposable
{
    private static readonly byte[] Plaintext = SampleBytes.Of(1000);

    private readonly FileBench _bench = new();
    private readonly string _public;

    public KeyPairTests() => _public = _bench.KeyPair("offline");

    private LocalKeyring Keyring => _bench.Keyring;

    private string Kid => Keyring.IdentitiesOf("offline")[0];

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task Both_names_of_a_pair_make_the_same_recipient_and_one_of_it()
    {
        var envelope = await _bench.EnvelopeAsync(Plaintext, _public, "local:offline");

        Assert.Equal([Kid], FileBench.KeksOf(envelope));
        Assert.Equal(Plaintext, await _bench.OpenAsync(envelope));
        Assert.Equal(Plaintext, await _bench.OpenAsync(envelope, "local:offline"));
        Assert.Equal(Plaintext, await _bench.OpenAsync(envelope, _public));
        Assert.Equal(Plaintext, await _bench.OpenAsync(envelope, "pub:*"));
        await Refused.AsAsync(EnvelopeError.KekNotAllowed, () => _bench.OpenAsync(envelope, "local:daily"));
        await Refused.AsAsync(EnvelopeError.KekNotAllowed, () => _bench.OpenAsync(envelope, "local:*"));
    }

    [Fact]
    public async Task A_local_name_means_all_versions_of_its_pair_and_a_public_half_its_own()
    {
        var envelope = await _bench.EnvelopeAsync(Plaintext, _public);
        var first = Kid;
        Keyring.Rotate("offline", CancellationToken.None);
        var second = _bench.PublicHalf("offline");

        Assert.Equal(Plaintext, await _bench.OpenAsync(envelope, "local:offline"));
        Assert.Null(await OnlyAsync(envelope, "local:offline"));
        Assert.Null(await OnlyAsync(envelope, _public));
        Assert.Equal(EnvelopeError.RecipientUnexpected, await OnlyAsync(envelope, second));
        await Refused.AsAsync(EnvelopeError.KekNotAllowed, () => _bench.OpenAsync(envelope, second));

        var result = await _bench.RewrapAsync(
            envelope, new RewrapOptions { OldKeks = _bench.Keks("local:offline"), NewKeks = _bench.Keks("local:offline") });
        Assert.Equal((FileOutcome.Rewrapped, RecipientProof.Verified), (result.Status, result.Proof));
        Assert.Equal([first], result.RemovedKek);
        Assert.Equal([Kid], FileBench.KeksOf(envelope));
        Assert.NotEqual(first, Kid, StringComparer.Ordinal);
        var again = await _bench.RewrapAsync(envelope, new RewrapOptions { NewKeks = _bench.Keks("local:offline") });
        Assert.Equal(FileOutcome.Unchanged, again.Status);
    }

    [Fact]
    public async Task A_public_half_without_its_private_one_counts_as_unproven()
    {
        var stranger = await ElsewhereAsync();
        var envelope = await _bench.EnvelopeAsync(Plaintext, "local:a");

        await Refused.AsAsync(
            EnvelopeError.WouldLockOut, () => _bench.RewrapAsync(envelope, new RewrapOptions { NewKeks = _bench.Keks(stranger) }));
        await Refused.AsAsync(
            EnvelopeError.WouldLockOut,
            () => _bench.RewrapAsync(envelope, new RewrapOptions { AddKeks = _bench.Keks(stranger), RemoveKeks = _bench.Keks("local:a") }));
        await Refused.AsAsync(
            EnvelopeError.WouldLockOut,
            () => _bench.RewrapAsync(envelope, new RewrapOptions { RotateDataKey = true, NewKeks = _bench.Keks(stranger) }));
        var added = await _bench.RewrapAsync(envelope, new RewrapOptions { AddKeks = _bench.Keks(stranger) });
        Assert.Equal(RecipientProof.Unproven, added.Proof);
        Assert.Equal(Plaintext, await _bench.OpenAsync(envelope));

        var told = await _bench.RewrapAsync(envelope, new RewrapOptions { NewKeks = _bench.Keks(stranger), NoReadBack = true });
        Assert.Equal(["local:a"], told.RemovedKek);
        await Refused.AsAsync(EnvelopeError.PrivateKeyMissing, () => _bench.OpenAsync(envelope));
    }

    [Fact]
    public async Task A_public_half_whose_private_one_is_here_is_proven()
    {
        var envelope = await _bench.EnvelopeAsync(Plaintext, "local:a");

        var result = await _bench.RewrapAsync(envelope, new RewrapOptions { NewKeks = _bench.Keks(_public) });

        Assert.Equal(RecipientProof.Verified, result.Proof);
        Assert.Equal([Kid], FileBench.KeksOf(envelope));
        Assert.True(result.PostQuantum);
        Assert.Equal(Plaintext, await _bench.OpenAsync(envelope));
    }

    // Whoever can write the file can put a public key's recipient of their own data key in.
    [Fact]
    public async Task A_recipient_of_the_pair_that_opens_to_another_data_key_is_made_anew()
    {
        var foreign = FileBench.HeaderOf(await _bench.EnvelopeAsync([1, 2, 3], _public)).Recipients;
        var made = new HandmadeEnvelope { Plaintext = Plaintext, MoreRecipients = foreign };
        var envelope = _bench.Folder.Write("x.evc", await made.ToBytesAsync(_bench.Session, _bench.Keks("local:a")));

        var result = await _bench.RewrapAsync(envelope, new RewrapOptions { NewKeks = _bench.Keks("local:offline") });

        Assert.Equal(RecipientProof.Verified, result.Proof);
        Assert.Equal(Plaintext, await _bench.OpenAsync(envelope, "local:offline"));
    }

    [Fact]
    public async Task A_file_is_renewed_for_the_very_pair_that_its_recipient_names()
    {
        var envelope = await _bench.EnvelopeAsync(Plaintext, _public);
        var before = Kid;
        _bench.Time.Advance(TimeSpan.FromDays(10));

        var result = await _bench.RewrapAsync(envelope, new RewrapOptions { WrappedBefore = _bench.Time.Now });

        Assert.Equal((FileOutcome.Rewrapped, RecipientProof.Verified), (result.Status, result.Proof));
        Assert.Equal([before], FileBench.KeksOf(envelope));
        Assert.Equal(Plaintext, await _bench.OpenAsync(envelope));
    }

    [Fact]
    public async Task The_data_key_is_rotated()
    {
        var envelope = await _bench.EnvelopeAsync(Plaintext, _public);
        var body = FileBench.BodyOf(envelope);

        var result = await _bench.RewrapAsync(envelope, new RewrapOptions { RotateDataKey = true });

        Assert.Equal(FileOutcome.Rewrapped, result.Status);
        Assert.NotEqual(body, FileBench.BodyOf(envelope));
        Assert.Equal(Plaintext, await _bench.OpenAsync(envelope));
    }

    [Fact]
    public async Task A_preview_names_the_hash_and_does_nothing()
    {
        var envelope = await _bench.EnvelopeAsync(Plaintext, "local:a");
        var before = File.ReadAllBytes(envelope);

        var result = await _bench.RewrapAsync(envelope, new RewrapOptions { NewKeks = _bench.Keks("local:offline"), WhatIf = true });

        Assert.Equal([Kid], result.Kek);
        Assert.Equal(before, File.ReadAllBytes(envelope));
    }

    [Fact]
    public async Task An_update_does_not_take_a_rotation_of_the_pair_for_another_KEK()
    {
        var source = _bench.Source();
        var destination = source + ".evc";
        await _bench.ProtectAsync(source, destination, "local:offline");
        Keyring.Rotate("offline", CancellationToken.None);

        var local = await UpdateAsync(source, destination, "local:offline");
        var byFile = await UpdateAsync(source, destination, _bench.PublicHalf("offline"));

        Assert.Equal((FileOutcome.Unchanged, false), (local.Status, local.OtherKeks));
        Assert.Equal((FileOutcome.Unchanged, true), (byFile.Status, byFile.OtherKeks));
    }

    [Fact]
    public async Task A_file_that_RSA_opens_too_is_not_post_quantum()
    {
        using var alice = TestCertificate.OfAlice();
        var certificate = _bench.Certificate("alice.cer", alice.ExportCertificatePem());
        var sound = await _bench.EnvelopeAsync(Plaintext, _public, "local:a");
        Assert.Null(await PostQuantumAsync(sound));
        await _bench.RewrapAsync(sound, new RewrapOptions { AddKeks = _bench.Keks(certificate) });

        Assert.Equal(EnvelopeError.NotPostQuantum, await PostQuantumAsync(sound));
    }

    [Fact]
    public async Task A_backup_is_not_put_under_a_pair_of_the_same_keyring()
    {
        Keyring.Create("daily", KekProtection.Unprotected);
        var export = new KekExportOperation(_bench.Session, Keyring);
        foreach (var kek in new[] { _public, Kid, "local:offline" })
        {
            await Refused.AsAsync(
                EnvelopeError.KekReferenceInvalid,
                () => export.ExportAsync("daily", _bench.Keks(kek), _bench.Folder["x"], force: false, CancellationToken.None));
        }
        Assert.False(File.Exists(_bench.Folder["x"]));

        var elsewhere = await ElsewhereAsync();
        await export.ExportAsync("daily", _bench.Keks(elsewhere), _bench.Folder["x"], force: false, CancellationToken.None);
        await Refused.AsAsync(
            EnvelopeError.WouldLockOut, () => _bench.RewrapAsync(_bench.Folder["x"], new RewrapOptions { NewKeks = _bench.Keks(_public), NoReadBack = true }));
    }

    /// <summary>The public half of a pair whose private half is in no keyring here.</summary>
    private Task<string> ElsewhereAsync()
    {
        var reference = _bench.KeyPair("gone");
        Keyring.Remove("gone");
        return Task.FromResult(reference);
    }

    private Task<FileResult> UpdateAsync(string source, string destination, string kek) => _bench
        .Protecting(new ProtectOptions { Keks = _bench.Keks(kek), Update = true })
        .ProtectFileAsync(source, destination, progress: null, CancellationToken.None);

    private async Task<EnvelopeError?> OnlyAsync(string envelope, params string[] keks) =>
        (await VerifyAsync(envelope, new VerifyOptions { OnlyKeks = keks })).Error;

    private async Task<EnvelopeError?> PostQuantumAsync(string envelope) =>
        (await VerifyAsync(envelope, new VerifyOptions { OnlyPostQuantum = true })).Error;

    private Task<VerifyResult> VerifyAsync(string envelope, VerifyOptions options) =>
        new VerifyOperation(_bench.Session, options).VerifyFileAsync(envelope, progress: null, CancellationToken.None);
}
