using EnvelopeCrypto.Files;
using EnvelopeCrypto.Tests.Support;

namespace EnvelopeCrypto.Tests.Files;

/// <summary>Whoever can write a file can add a recipient that claims to be of any KEK. Such a claim never makes a real one go.</summary>
public sealed class RewrapForgeryTests : IDisposable
{
    private static readonly byte[] Plaintext = SampleBytes.Of(1000);

    private readonly FileBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task Claim_of_the_new_KEK_is_proven_before_the_old_one_goes()
    {
        var envelope = await WithFalseRecipientAsync();
        var result = await _bench.RewrapAsync(
            envelope, new RewrapOptions { OldKeks = _bench.Keks("local:a"), NewKeks = _bench.Keks("local:b") });
        Assert.Equal((FileOutcome.Rewrapped, RecipientProof.Verified), (result.Status, result.Proof));
        Assert.Equal(["local:b"], FileBench.KeksOf(envelope));
        Assert.Equal(Plaintext, await _bench.OpenAsync(envelope, "local:b"));
    }

    [Fact]
    public async Task Claim_of_the_only_KEK_that_is_wanted_is_replaced_by_a_real_one()
    {
        var envelope = await WithFalseRecipientAsync();
        await _bench.RewrapAsync(envelope, new RewrapOptions { NewKeks = _bench.Keks("local:b") });
        Assert.Equal(Plaintext, await _bench.OpenAsync(envelope, "local:b"));
    }

    [Fact]
    public async Task Claim_of_an_added_KEK_is_proven_before_another_goes()
    {
        var envelope = await WithFalseRecipientAsync();
        await _bench.RewrapAsync(envelope, new RewrapOptions { AddKeks = _bench.Keks("local:b"), RemoveKeks = _bench.Keks("local:a") });
        Assert.Equal(Plaintext, await _bench.OpenAsync(envelope, "local:b"));
    }

    // Nobody unwrapped anything: the claim stays, and the result says what it is.
    [Fact]
    public async Task Claim_that_is_believed_without_reading_back_is_said_to_be_unproven()
    {
        var envelope = await WithFalseRecipientAsync();
        var result = await _bench.RewrapAsync(
            envelope, new RewrapOptions { OldKeks = _bench.Keks("local:a"), NewKeks = _bench.Keks("local:b"), NoReadBack = true });
        Assert.Equal((FileOutcome.Rewrapped, RecipientProof.Unproven), (result.Status, result.Proof));
    }

    [Fact]
    public async Task Claim_that_leaves_nothing_to_do_is_said_to_be_unproven()
    {
        var envelope = await WithFalseRecipientAsync();
        var added = await _bench.RewrapAsync(envelope, new RewrapOptions { AddKeks = _bench.Keks("local:b") });
        Assert.Equal((FileOutcome.Unchanged, RecipientProof.Unproven), (added.Status, added.Proof));
        var notMeant = await _bench.RewrapAsync(
            envelope, new RewrapOptions { OldKeks = _bench.Keks("local:x"), NewKeks = _bench.Keks("local:b") });
        Assert.Equal((FileOutcome.Unchanged, (RecipientProof?)null), (notMeant.Status, notMeant.Proof));
    }

    // The service says that it made one recipient; of the other only the file does.
    [Fact]
    public async Task Claim_beside_a_recipient_that_is_re_encrypted_is_said_to_be_unproven()
    {
        var claimed = await _bench.EnvelopeAsync(Plaintext, "service:a", "service:b");
        var result = await _bench.RewrapAsync(claimed, new RewrapOptions { NewKeks = _bench.Keks("service:b", "service:c") });
        Assert.Equal((RewrapMethod.ReEncrypt, RecipientProof.Unproven), (result.Method, result.Proof));
    }

    [Fact]
    public async Task True_recipient_of_the_new_KEK_stays_as_it_is()
    {
        var envelope = await _bench.EnvelopeAsync(Plaintext, "local:a", "local:b");
        var before = FileBench.HeaderOf(envelope).Recipients[1].WrappedKey.ToArray();
        await _bench.RewrapAsync(envelope, new RewrapOptions { NewKeks = _bench.Keks("local:b") });
        Assert.Equal(before, Assert.Single(FileBench.HeaderOf(envelope).Recipients).WrappedKey.ToArray());
    }

    // A recipient of local:b that belongs to another file: it opens, but to another data key.
    private async Task<string> WithFalseRecipientAsync()
    {
        var other = await _bench.EnvelopeAsync(SampleBytes.Of(10), "local:b");
        var foreign = FileBench.HeaderOf(other).Recipients;
        File.Delete(other);
        var made = new HandmadeEnvelope { Plaintext = Plaintext, MoreRecipients = foreign };
        return _bench.Folder.Write("x.evc", await made.ToBytesAsync(_bench.Session, _bench.Keks("local:a")));
    }
}
