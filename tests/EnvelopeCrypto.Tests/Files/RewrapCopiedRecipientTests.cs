using EnvelopeCrypto.Files;
using EnvelopeCrypto.Format;
using EnvelopeCrypto.Records;
using EnvelopeCrypto.Tests.Records;
using EnvelopeCrypto.Tests.Support;

namespace EnvelopeCrypto.Tests.Files;

/// <summary>
/// Somebody without keys can copy another file's recipient of the same KEK before a file's own. Re-encrypted by the service, it would
/// become a recipient of the new KEK that does not open the file.
/// </summary>
public sealed class RewrapCopiedRecipientTests : IDisposable
{
    private static readonly byte[] Plaintext = SampleBytes.Of(1000);

    private readonly FileBench _bench = new();

    public static TheoryData<int> SlotCounts { get; } = [1, 2];

    public void Dispose() => _bench.Dispose();

    [Theory]
    [MemberData(nameof(SlotCounts))]
    public async Task Each_new_KEK_opens_the_file_though_a_copy_stands_before_its_own_recipient(int slotCount)
    {
        var envelope = await WithCopyAsync(slotCount);
        var result = await _bench.RewrapAsync(envelope, ToTwo());
        Assert.Equal(
            (FileOutcome.Rewrapped, RewrapMethod.UnwrapAndWrap, RecipientProof.Verified), (result.Status, result.Method, result.Proof));
        Assert.Equal(["service:b", "service:c"], FileBench.KeksOf(envelope));
        await RequireOpenAsync(envelope, "service:b", "service:c");
    }

    [Theory]
    [MemberData(nameof(SlotCounts))]
    public async Task Role_that_may_not_unwrap_leaves_such_a_file_as_it_was(int slotCount)
    {
        var envelope = await WithCopyAsync(slotCount);
        _bench.Service.RefusesUnwrap = true;
        await _bench.RefusesAsync(EnvelopeError.KekNotAllowed, envelope, () => _bench.RewrapAsync(envelope, ToTwo()));
    }

    [Theory]
    [InlineData("service:b")]
    [InlineData("service:b", "service:c")]
    public async Task Without_reading_back_the_result_says_unproven(params string[] newKeks)
    {
        var envelope = await WithCopyAsync();
        var result = await _bench.RewrapAsync(envelope, ToTwo() with { NewKeks = _bench.Keks(newKeks), NoReadBack = true });
        Assert.Equal((RewrapMethod.ReEncrypt, RecipientProof.Unproven), (result.Method, result.Proof));
    }

    [Fact]
    public async Task Added_KEK_is_made_from_the_recipient_that_opens()
    {
        var envelope = await WithCopyAsync();
        var result = await _bench.RewrapAsync(envelope, new RewrapOptions { AddKeks = _bench.Keks("service:b") });
        Assert.Equal((RewrapMethod.UnwrapAndWrap, RecipientProof.Verified), (result.Method, result.Proof));
        await RequireOpenAsync(envelope, "service:b");

        var told = await _bench.RewrapAsync(envelope, new RewrapOptions { AddKeks = _bench.Keks("service:c"), NoReadBack = true });
        Assert.Equal((RewrapMethod.ReEncrypt, RecipientProof.Unproven), (told.Method, told.Proof));
    }

    // The copy claims to be older than the file's own, which stays.
    [Fact]
    public async Task Copy_that_alone_is_old_enough_becomes_no_new_recipient()
    {
        var envelope = await WithCopyAsync(copy: recipient => recipient with { IssuedAt = 0 });
        var before = DateTimeOffset.UnixEpoch.AddDays(1);
        await _bench.RewrapAsync(
            envelope,
            new RewrapOptions { OldKeks = _bench.Keks("service:a"), NewKeks = _bench.Keks("service:b"), WrappedBefore = before });
        await RequireOpenAsync(envelope, "service:b");

        envelope = await WithCopyAsync(copy: recipient => recipient with { IssuedAt = 0 });
        await _bench.RewrapAsync(envelope, new RewrapOptions { WrappedBefore = before });
        await RequireOpenAsync(envelope, Assert.Single(FileBench.KeksOf(envelope)));
    }

    // It stands under a KEK of its own, and would serve as the source of the second new one.
    [Fact]
    public async Task Several_new_KEKs_are_made_from_what_goes_and_from_no_other()
    {
        var envelope = await WithCopyAsync(from: "service:x");
        _bench.Service.Calls.Clear();
        var result = await _bench.RewrapAsync(envelope, ToTwo());
        Assert.Equal((RewrapMethod.ReEncrypt, RecipientProof.ReEncrypted), (result.Method, result.Proof));
        Assert.Equal(
            ["re-encrypt service:a -> service:b", "re-encrypt service:a -> service:c"], _bench.Service.Calls, StringComparer.Ordinal);
        await RequireOpenAsync(envelope, "service:b", "service:c");
    }

    [Fact]
    public async Task Tokens_are_treated_likewise()
    {
        using var records = new RecordBench();
        var token = await records.TokenAsync("hello", "service:a");
        var copied = RecordBench.RecipientsOf(await records.TokenAsync("other", "service:a"));
        var parts = token.Split('.');
        parts[2] = TokenFront.RecipientsText([.. copied, .. RecordBench.RecipientsOf(token)]);
        var options = new RewrapOptions { OldKeks = records.Keks("service:a"), NewKeks = records.Keks("service:b") };

        var told = await records.Rewrapping(options with { NoReadBack = true }).RewrapValueAsync(string.Join('.', parts), RecordBench.Stop);
        Assert.Equal((RewrapMethod.ReEncrypt, RecipientProof.Unproven), (told.Method, told.Proof));
        var result = await records.Rewrapping(options).RewrapValueAsync(string.Join('.', parts), RecordBench.Stop);
        Assert.Equal((RewrapMethod.UnwrapAndWrap, RecipientProof.Verified), (result.Method, result.Proof));
        Assert.Equal("hello", await records.Unprotecting().UnprotectValueAsync(result.Token, RecordBench.Stop));
    }

    private RewrapOptions ToTwo() =>
        new() { OldKeks = _bench.Keks("service:a"), NewKeks = _bench.Keks("service:b", "service:c") };

    private async Task<string> WithCopyAsync(int slotCount = 1, string from = "service:a", Func<Recipient, Recipient>? copy = null)
    {
        var other = await _bench.EnvelopeAsync(SampleBytes.Of(10), from);
        var copied = FileBench.HeaderOf(other).Recipients.Select(copy ?? (recipient => recipient));
        File.Delete(other);
        var made = new HandmadeEnvelope { Plaintext = Plaintext, SlotCount = slotCount, EarlierRecipients = [.. copied] };
        return _bench.Folder.Write("x.evc", await made.ToBytesAsync(_bench.Session, _bench.Keks("service:a")));
    }

    private async Task RequireOpenAsync(string envelope, params string[] keks)
    {
        foreach (var kek in keks)
            Assert.Equal(Plaintext, await _bench.OpenAsync(envelope, kek));
    }
}
