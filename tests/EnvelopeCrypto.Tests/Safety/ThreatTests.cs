using System.Security.Cryptography;
using EnvelopeCrypto.Files;
using EnvelopeCrypto.Format;
using EnvelopeCrypto.Keys;
using EnvelopeCrypto.Tests.Files;
using EnvelopeCrypto.Tests.Support;

namespace EnvelopeCrypto.Tests.Safety;

/// <summary>What docs/threat-model.md says is not protected: each shown, so that nobody believes otherwise, with what ends it.</summary>
public sealed class ThreatTests : IDisposable
{
    private static readonly byte[] Plaintext = SampleBytes.Of(1000);

    private readonly FileBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task Rewrap_revokes_no_copy()
    {
        var envelope = await _bench.EnvelopeAsync(Plaintext, "local:leaver");
        var copy = _bench.Folder["copy.evc"];
        File.Copy(envelope, copy);
        await _bench.RewrapAsync(envelope, new RewrapOptions { NewKeks = _bench.Keks("local:new") });
        Assert.Equal(Plaintext, await _bench.OpenAsync(copy, "local:leaver"));
    }

    // He has the slot of his copy, and the body is as it was.
    [Fact]
    public async Task Former_recipient_opens_a_file_that_was_only_rewrapped_and_not_one_with_a_new_data_key()
    {
        var envelope = await _bench.EnvelopeAsync(Plaintext, "local:leaver");
        var kept = FileBench.HeaderOf(envelope).Recipients;
        await _bench.RewrapAsync(envelope, new RewrapOptions { NewKeks = _bench.Keks("local:new") });
        Assert.Equal(Plaintext, await _bench.OpenAsync(WithRecipients(envelope, kept), "local:leaver"));
        await _bench.RewrapAsync(envelope, new RewrapOptions { RotateDataKey = true });
        await Refused.AsAsync(EnvelopeError.CommitmentMismatch, () => _bench.OpenAsync(WithRecipients(envelope, kept), "local:leaver"));
    }

    [Fact]
    public async Task Former_recipient_forges_until_the_data_key_is_rotated()
    {
        var envelope = await _bench.EnvelopeAsync(Plaintext, "local:leaver");
        using var kept = await DataKeyAsync(envelope);
        await _bench.RewrapAsync(envelope, new RewrapOptions { NewKeks = _bench.Keks("local:new") });
        Assert.Equal("forged"u8.ToArray(), await _bench.OpenAsync(WithBody(envelope, kept, "forged"u8), "local:new"));
        await _bench.RewrapAsync(envelope, new RewrapOptions { RotateDataKey = true });
        var refused = WithBody(envelope, kept, "forged"u8);
        await Refused.AsAsync(EnvelopeError.CommitmentMismatch, () => _bench.OpenAsync(refused, "local:new"));
    }

    [Fact]
    public async Task Holder_of_one_file_of_a_batch_opens_all_until_their_data_keys_are_rotated()
    {
        var options = new ProtectOptions { Keks = _bench.Keks("local:all"), FilesPerDataKey = 10 };
        var protecting = _bench.Protecting(options);
        var (one, other) = (_bench.Folder["one.evc"], _bench.Folder["other.evc"]);
        await protecting.ProtectFileAsync(_bench.Source(100, "one"), one, progress: null, CancellationToken.None);
        await protecting.ProtectFileAsync(_bench.Source(200, "other", seed: 2), other, progress: null, CancellationToken.None);
        using var ofOne = await DataKeyAsync(one);
        using (var ofOther = await DataKeyAsync(other))
            Assert.True(ofOne.SameAs(ofOther));
        await _bench.RewrapAsync(other, new RewrapOptions { RotateDataKey = true });
        using var rotated = await DataKeyAsync(other);
        Assert.False(ofOne.SameAs(rotated));
    }

    [Fact]
    public async Task Whole_files_can_be_swapped_or_rolled_back_and_only_name_and_context_tell()
    {
        var (a, b) = (_bench.Folder["a.evc"], _bench.Folder["b.evc"]);
        await _bench.ProtectAsync(_bench.Source(10, "a", seed: 1), a, "local:k");
        await _bench.ProtectAsync(_bench.Source(10, "b", seed: 2), b, "local:k");
        Successor.Takes(b, a);
        Assert.Equal(SampleBytes.Of(10, seed: 2), await _bench.OpenAsync(a));
        var metadata = await new MetadataOperation(_bench.Session).ReadFileAsync(a, CancellationToken.None);
        Assert.Equal("b", metadata.Name);
    }

    // Whoever has the KEK, or for a certificate its public key alone, makes envelopes that open like any other.
    [Fact]
    public async Task Envelope_for_a_public_key_proves_no_sender()
    {
        using var bob = EnvelopeCrypto.Tests.Keys.Certificates.TestCertificate.OfBob();
        var withKey = _bench.Certificate(
            "bob.pem", bob.ExportCertificatePem() + "\n" + EnvelopeCrypto.Tests.Keys.Certificates.TestCertificate.KeyPem(bob));
        var publicOnly = _bench.Certificate("bob.cer", bob.ExportCertificatePem());
        var envelope = await _bench.EnvelopeAsync("from a stranger"u8.ToArray(), publicOnly);
        Assert.Equal("from a stranger"u8.ToArray(), await _bench.OpenAsync(envelope, withKey));
    }

    [Fact]
    public async Task Reader_without_a_key_sees_keks_context_dates_and_length_and_no_name()
    {
        var envelope = _bench.Folder["x.evc"];
        await _bench.ProtectAsync(_bench.Source(1234, "secret-name"), envelope, "local:k");
        var info = await InspectOperation.InspectFileAsync(envelope, CancellationToken.None);
        Assert.Equal((1234L, "local:k"), (info.Length, Assert.Single(info.Kek)));
        Assert.Equal(-1, (await File.ReadAllBytesAsync(envelope)).AsSpan().IndexOf("secret-name"u8));
    }

    private async Task<DataKey> DataKeyAsync(string envelope)
    {
        await using var file = File.OpenRead(envelope);
        using var opened = await OpenedEnvelope.OpenAsync(
            file, EnvelopeHeader.Read(file), EnvelopeType.File, EncryptionContext.Empty, _bench.Session, envelope, CancellationToken.None);
        return opened.DataKey.Copy();
    }

    private string WithRecipients(string envelope, IReadOnlyList<Recipient> recipients) => _bench.Folder.Write(
        "other.evc", [.. EnvelopeHeader.Create(FileBench.HeaderOf(envelope).Protected, recipients, slotCount: 1).Bytes.Span, .. FileBench.BodyOf(envelope)]);

    // The metadata, with the length of the old body, cannot be left out: the protected part is bound to the key; but he has the key.
    private string WithBody(string envelope, DataKey dataKey, ReadOnlySpan<byte> plaintext)
    {
        var header = FileBench.HeaderOf(envelope);
        var forged = EnvelopeHeader.Create(header.Protected with { Metadata = null }, header.Recipients, slotCount: 1);
        return _bench.Folder.Write("forged.evc", [.. forged.Bytes.Span, .. SampleMessage.Write(dataKey.Span.ToArray(), forged.BodyContext, plaintext.ToArray(), RandomNumberGenerator.Fill)]);
    }
}
