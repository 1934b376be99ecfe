using EnvelopeCrypto.Files;
using EnvelopeCrypto.Format;
using EnvelopeCrypto.Tests.Keys.Certificates;
using EnvelopeCrypto.Tests.Support;

namespace EnvelopeCrypto.Tests.Files;

/// <summary>Nobody is locked out: an old recipient goes only when another was proven, or when the user takes the risk in words.</summary>
public sealed class RewrapProofTests : IDisposable
{
    private static readonly byte[] Plaintext = SampleBytes.Of(1000);

    private readonly FileBench _bench = new();
    private readonly string _offline;

    public RewrapProofTests() => _offline = _bench.Certificate("alice.cer", TestCertificate.PublicPemOfAlice());

    public static TheoryData<int> SlotCounts { get; } = [1, 2];

    public void Dispose() => _bench.Dispose();

    [Theory]
    [MemberData(nameof(SlotCounts))]
    public async Task Last_recipient_cannot_be_removed(int slotCount)
    {
        var envelope = await EnvelopeAsync(slotCount, "local:a", "local:b");
        foreach (var noReadBack in new[] { false, true })
        {
            await RefusesAsync(
                EnvelopeError.WouldLockOut,
                envelope,
                new RewrapOptions { RemoveKeks = _bench.Keks("local:a", "local:b"), NoReadBack = noReadBack });
        }
    }

    [Theory]
    [MemberData(nameof(SlotCounts))]
    public async Task Certificate_without_private_key_replaces_nothing_unless_told(int slotCount)
    {
        var envelope = await EnvelopeAsync(slotCount, "local:a");
        await RefusesAsync(EnvelopeError.WouldLockOut, envelope, new RewrapOptions { NewKeks = _bench.Keks(_offline) });
        await RefusesAsync(
            EnvelopeError.WouldLockOut, envelope, new RewrapOptions { OldKeks = _bench.Keks("local:a"), NewKeks = _bench.Keks(_offline) });
        await RefusesAsync(
            EnvelopeError.WouldLockOut,
            envelope,
            new RewrapOptions { AddKeks = _bench.Keks(_offline), RemoveKeks = _bench.Keks("local:a") });

        var told = await _bench.RewrapAsync(envelope, new RewrapOptions { NewKeks = _bench.Keks(_offline), NoReadBack = true });
        Assert.Equal(RecipientProof.Unproven, told.Proof);
        Assert.Equal(["local:a"], told.RemovedKek);
        await Refused.AsAsync(EnvelopeError.PrivateKeyMissing, () => _bench.OpenAsync(envelope));
    }

    [Fact]
    public async Task Certificate_without_private_key_is_added_and_counts_as_unproven()
    {
        var envelope = await EnvelopeAsync(1, "local:a", "local:b");
        var added = await _bench.RewrapAsync(envelope, new RewrapOptions { AddKeks = _bench.Keks(_offline) });
        Assert.Equal(RecipientProof.Unproven, added.Proof);

        // One that stays opens the file, so another may go; but not the last of them.
        var removed = await _bench.RewrapAsync(envelope, new RewrapOptions { RemoveKeks = _bench.Keks("local:a") });
        Assert.Equal("local:b", removed.OpenedBy);
        await RefusesAsync(EnvelopeError.WouldLockOut, envelope, new RewrapOptions { RemoveKeks = _bench.Keks("local:b") });
        await RefusesAsync(EnvelopeError.WouldLockOut, envelope, new RewrapOptions { NewKeks = _bench.Keks(_offline) });
    }

    [Fact]
    public async Task Certificate_that_the_file_only_claims_is_wrapped_anew_and_the_result_says_unproven()
    {
        var envelope = await EnvelopeAsync(1, "local:a", _offline);
        var claimed = WrappedForCertificate();
        var result = await _bench.RewrapAsync(envelope, new RewrapOptions { NewKeks = _bench.Keks("local:b", _offline) });
        Assert.Equal(RecipientProof.Unproven, result.Proof);
        Assert.NotEqual(claimed, WrappedForCertificate());

        byte[] WrappedForCertificate()
        {
            using var file = File.OpenRead(envelope);
            return EnvelopeHeader.Read(file).Recipients.Single(recipient => recipient.Algorithm == RecipientAlgorithm.Rsa).WrappedKey.ToArray();
        }
    }

    [Fact]
    public async Task Certificate_with_private_key_is_proven()
    {
        var envelope = await EnvelopeAsync(1, "local:a");
        using var bob = TestCertificate.OfBob();
        var withKey = _bench.Certificate("bob.pem", bob.ExportCertificatePem() + "\n" + TestCertificate.KeyPem(bob));
        var result = await _bench.RewrapAsync(envelope, new RewrapOptions { NewKeks = _bench.Keks(withKey) });
        Assert.Equal(RecipientProof.Verified, result.Proof);
        Assert.Equal(Plaintext, await _bench.OpenAsync(envelope, withKey));
    }

    [Fact]
    public async Task Weakest_proof_is_told()
    {
        var envelope = await EnvelopeAsync(1, "local:a");
        var result = await _bench.RewrapAsync(envelope, new RewrapOptions { NewKeks = _bench.Keks(_offline, "local:b") });
        Assert.Equal(RecipientProof.Unproven, result.Proof); // but one of them opens it, so the old one went
        Assert.Equal(Plaintext, await _bench.OpenAsync(envelope, "local:b"));
    }

    [Fact]
    public async Task What_stays_must_open_by_itself_before_others_go()
    {
        // Its recipient for local:b is of another data key: it was put there by somebody, and opens nothing.
        var other = await EnvelopeAsync(2, "local:b");
        var wrong = FileBench.HeaderOf(other).Recipients;
        var made = new HandmadeEnvelope { Plaintext = Plaintext, MoreRecipients = wrong };
        var envelope = _bench.Folder.Write("x.evc", await made.ToBytesAsync(_bench.Session, _bench.Keks("local:a")));
        await RefusesAsync(EnvelopeError.WouldLockOut, envelope, new RewrapOptions { RemoveKeks = _bench.Keks("local:a") });
        Assert.Equal(Plaintext, await _bench.OpenAsync(envelope, "local:a"));

        var right = await _bench.RewrapAsync(
            envelope, new RewrapOptions { OldKeks = _bench.Keks("local:b"), NewKeks = _bench.Keks("local:c") });
        Assert.Equal(["local:b"], right.RemovedKek);
        Assert.Equal(Plaintext, await _bench.OpenAsync(envelope, "local:c"));
    }

    [Fact]
    public async Task Only_recipients_that_nobody_here_knows_are_not_enough()
    {
        var made = new HandmadeEnvelope { MoreRecipients = [SampleRecipients.Unknown()] };
        var envelope = _bench.Folder.Write("x.evc", await made.ToBytesAsync(_bench.Session, _bench.Keks("local:a")));
        foreach (var noReadBack in new[] { false, true })
        {
            await RefusesAsync(
                EnvelopeError.WouldLockOut, envelope, new RewrapOptions { RemoveKeks = _bench.Keks("local:a"), NoReadBack = noReadBack });
        }
    }

    [Theory]
    [MemberData(nameof(SlotCounts))]
    public async Task Kek_that_unwraps_to_another_key_is_found_out(int slotCount)
    {
        var envelope = await EnvelopeAsync(slotCount, "local:a");
        _bench.Service.UnwrapLies = true;
        await RefusesAsync(EnvelopeError.ProofFailed, envelope, new RewrapOptions { NewKeks = _bench.Keks("service:b") });
        await RefusesAsync(EnvelopeError.ProofFailed, envelope, new RewrapOptions { AddKeks = _bench.Keks("service:b") });
        await RefusesAsync(EnvelopeError.ProofFailed, envelope, new RewrapOptions { NewKeks = _bench.Keks("local:c", "service:b") });
    }

    [Theory]
    [MemberData(nameof(SlotCounts))]
    public async Task Kek_whose_wrap_does_not_unwrap_is_found_out(int slotCount)
    {
        var envelope = await EnvelopeAsync(slotCount, "local:a");
        _bench.Service.WrapsRubbish = true;
        await RefusesAsync(EnvelopeError.ProofFailed, envelope, new RewrapOptions { NewKeks = _bench.Keks("service:b") });
        await RefusesAsync(EnvelopeError.ProofFailed, envelope, new RewrapOptions { AddKeks = _bench.Keks("service:b") });
    }

    [Theory]
    [MemberData(nameof(SlotCounts))]
    public async Task Kek_that_says_of_a_new_recipient_that_it_is_anothers_is_found_out(int slotCount)
    {
        var envelope = await EnvelopeAsync(slotCount, "local:a");
        AnswerUnwrapsWithKekMismatch(times: int.MaxValue);
        await RefusesAsync(EnvelopeError.ProofFailed, envelope, new RewrapOptions { NewKeks = _bench.Keks("service:b") });
        await RefusesAsync(EnvelopeError.ProofFailed, envelope, new RewrapOptions { AddKeks = _bench.Keks("service:b") });
        Assert.Equal(Plaintext, await _bench.OpenAsync(envelope, "local:a"));
    }

    [Theory]
    [MemberData(nameof(SlotCounts))]
    public async Task Kek_that_says_of_a_recipient_that_stays_that_it_is_anothers_gets_a_new_one(int slotCount)
    {
        var envelope = await EnvelopeAsync(slotCount, "local:a", "service:b");
        var wraps = _bench.Service.Count("wrap");
        AnswerUnwrapsWithKekMismatch(times: 1);
        var result = await _bench.RewrapAsync(envelope, new RewrapOptions { NewKeks = _bench.Keks("service:b") });
        Assert.Equal((FileOutcome.Rewrapped, RecipientProof.Verified), (result.Status, result.Proof));
        Assert.Equal(wraps + 1, _bench.Service.Count("wrap"));
        Assert.Equal(["service:b"], FileBench.KeksOf(envelope));
        Assert.Equal(Plaintext, await _bench.OpenAsync(envelope, "service:b"));
    }

    [Fact]
    public async Task Kek_that_says_of_what_it_re_encrypted_that_it_is_anothers_is_found_out()
    {
        var envelope = await EnvelopeAsync(1, "service:a");
        _bench.Service.AnswerProves = false;
        AnswerUnwrapsWithKekMismatch(times: int.MaxValue);
        await RefusesAsync(EnvelopeError.ProofFailed, envelope, new RewrapOptions { NewKeks = _bench.Keks("service:b") });
    }

    [Fact]
    public async Task Without_reading_back_nothing_is_unwrapped_again()
    {
        var envelope = await EnvelopeAsync(1, "local:a");
        var result = await _bench.RewrapAsync(envelope, new RewrapOptions { NewKeks = _bench.Keks("service:b"), NoReadBack = true });
        Assert.Equal((RewrapMethod.UnwrapAndWrap, RecipientProof.Unproven), (result.Method, result.Proof));
        Assert.Equal("wrap service:b", Assert.Single(_bench.Service.Calls));
    }

    [Fact]
    public async Task File_that_nobody_here_opens_cannot_be_rewrapped()
    {
        var envelope = await EnvelopeAsync(2, _offline);
        foreach (var options in new[] { new RewrapOptions { NewKeks = _bench.Keks("local:a") }, new RewrapOptions { AddKeks = _bench.Keks("local:a") } })
        {
            var session = _bench.OpenSession([_offline]); // one that failed before is not asked again in the same
            await _bench.RefusesAsync(
                EnvelopeError.PrivateKeyMissing,
                envelope,
                () => _bench.Rewrapping(options, session: session).RewrapFileAsync(envelope, CancellationToken.None));
        }
    }

    [Fact]
    public async Task File_whose_body_was_exchanged_is_not_rewrapped()
    {
        var envelope = await EnvelopeAsync(2, "local:a");
        var bytes = await File.ReadAllBytesAsync(envelope);
        bytes[FileBench.HeaderOf(envelope).Layout.BodyOffset] ^= 1;
        await File.WriteAllBytesAsync(envelope, bytes);
        await RefusesAsync(EnvelopeError.CommitmentMismatch, envelope, new RewrapOptions { NewKeks = _bench.Keks("local:b") });
    }

    private void AnswerUnwrapsWithKekMismatch(int times) =>
        _bench.Service.Answering = call => call.StartsWith("unwrap ", StringComparison.Ordinal) && times-- > 0
            ? throw new EnvelopeException(EnvelopeError.KekMismatch, "it was wrapped by another key.")
            : Task.CompletedTask;

    private Task<string> EnvelopeAsync(int slotCount, params string[] keks) =>
        slotCount == 1 ? _bench.EnvelopeAsync(Plaintext, keks) : _bench.PipedEnvelopeAsync(Plaintext, keks);

    private Task<EnvelopeException> RefusesAsync(EnvelopeError error, string envelope, RewrapOptions options) =>
        _bench.RefusesAsync(error, envelope, () => _bench.RewrapAsync(envelope, options));
}
