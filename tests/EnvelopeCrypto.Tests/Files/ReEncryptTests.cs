using EnvelopeCrypto.Files;
using EnvelopeCrypto.Tests.Support;

namespace EnvelopeCrypto.Tests.Files;

/// <summary>A key service that re-encrypts keeps the data key to itself, and whoever rotates needs no right to unwrap.</summary>
public sealed class ReEncryptTests : IDisposable
{
    private static readonly byte[] Plaintext = SampleBytes.Of(1000);

    private readonly FileBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Theory]
    [InlineData(1, true)]
    [InlineData(1, false)]
    [InlineData(2, true)]
    [InlineData(2, false)]
    public async Task Service_turns_one_recipient_into_another_without_unwrapping(int slotCount, bool namesOld)
    {
        var envelope = await EnvelopeAsync(slotCount, "service:a");
        _bench.Service.RefusesUnwrap = true;
        var result = await _bench.RewrapAsync(
            envelope, new RewrapOptions { OldKeks = namesOld ? _bench.Keks("service:a") : [], NewKeks = _bench.Keks("service:b") });
        Assert.Equal((RewrapMethod.ReEncrypt, RecipientProof.ReEncrypted, (string?)null), (result.Method, result.Proof, result.OpenedBy));
        Assert.Equal(["service:a"], result.RemovedKek);
        Assert.Equal(["re-encrypt service:a -> service:b"], Calls());
        _bench.Service.RefusesUnwrap = false;
        Assert.Equal(Plaintext, await _bench.OpenAsync(envelope, "service:b"));
    }

    [Fact]
    public async Task Answer_that_is_no_proof_is_unwrapped()
    {
        var envelope = await EnvelopeAsync(1, "service:a");
        _bench.Service.AnswerProves = false;
        var result = await _bench.RewrapAsync(envelope, new RewrapOptions { NewKeks = _bench.Keks("service:b") });
        Assert.Equal((RewrapMethod.ReEncrypt, RecipientProof.Verified, (string?)null), (result.Method, result.Proof, result.OpenedBy));
        Assert.Equal(["re-encrypt service:a -> service:b", "unwrap service:b"], Calls());
        Assert.Equal(Plaintext, await _bench.OpenAsync(envelope, "service:b"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Answer_that_does_not_open_changes_nothing(bool isAnothersKey)
    {
        var envelope = await EnvelopeAsync(1, "service:a");
        var before = await File.ReadAllBytesAsync(envelope, TestContext.Current.CancellationToken);
        _bench.Service.AnswerProves = false;
        _bench.Service.UnwrapLies = isAnothersKey;
        _bench.Service.WrapsRubbish = !isAnothersKey;
        await Refused.AsAsync(
            EnvelopeError.ProofFailed, () => _bench.RewrapAsync(envelope, new RewrapOptions { NewKeks = _bench.Keks("service:b") }));
        Assert.Equal(before, await File.ReadAllBytesAsync(envelope, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Without_reading_back_such_an_answer_is_unproven()
    {
        var envelope = await EnvelopeAsync(1, "service:a");
        _bench.Service.AnswerProves = false;
        _bench.Service.RefusesUnwrap = true;
        var result = await _bench.RewrapAsync(envelope, new RewrapOptions { NewKeks = _bench.Keks("service:b"), NoReadBack = true });
        Assert.Equal((RewrapMethod.ReEncrypt, RecipientProof.Unproven), (result.Method, result.Proof));
        Assert.Equal(["re-encrypt service:a -> service:b"], Calls());
    }

    [Fact]
    public async Task Others_stay_while_one_is_re_encrypted()
    {
        var envelope = await EnvelopeAsync(1, "local:x", "service:a");
        _bench.Service.RefusesUnwrap = true;
        var result = await _bench.RewrapAsync(
            envelope, new RewrapOptions { OldKeks = _bench.Keks("service:a"), NewKeks = _bench.Keks("service:b") });
        Assert.Equal(RewrapMethod.ReEncrypt, result.Method);
        Assert.Equal(["local:x", "service:b"], result.Kek);
        Assert.Equal(Plaintext, await _bench.OpenAsync(envelope, "local:x"));
    }

    [Fact]
    public async Task Adding_needs_no_data_key_either()
    {
        var envelope = await EnvelopeAsync(1, "service:a");
        _bench.Service.RefusesUnwrap = true;
        var result = await _bench.RewrapAsync(envelope, new RewrapOptions { AddKeks = _bench.Keks("service:b", "service:c") });
        Assert.Equal((RewrapMethod.ReEncrypt, RecipientProof.ReEncrypted), (result.Method, result.Proof));
        Assert.Equal(["service:a", "service:b", "service:c"], result.Kek);
    }

    [Fact]
    public async Task What_stays_serves_as_source_too()
    {
        var envelope = await EnvelopeAsync(1, "service:a", "local:x");
        _bench.Service.RefusesUnwrap = true;
        var result = await _bench.RewrapAsync(envelope, new RewrapOptions { NewKeks = _bench.Keks("service:a", "local:x", "service:b") });
        Assert.Equal((RewrapMethod.ReEncrypt, RecipientProof.Unproven), (result.Method, result.Proof)); // of local:x nothing is known
        Assert.Equal(["re-encrypt service:a -> service:b"], Calls());
        result = await _bench.RewrapAsync(
            envelope,
            new RewrapOptions { OldKeks = _bench.Keks("local:x"), NewKeks = _bench.Keks("service:a", "service:c"), NoReadBack = true });
        Assert.Equal(RecipientProof.Unproven, result.Proof); // what went was its source for nothing
    }

    [Theory]
    [InlineData("service:1", "service:2")]
    [InlineData("service:2", "service:1")]
    public async Task Several_become_others_one_by_one(string first, string second)
    {
        var envelope = await EnvelopeAsync(1, "service:1", "service:2");
        _bench.Service.RefusesUnwrap = true;
        await _bench.RewrapAsync(envelope, new RewrapOptions { OldKeks = _bench.Keks(first), NewKeks = _bench.Keks("service:3") });
        Assert.Equal([$"re-encrypt {first} -> service:3"], Calls());
        await _bench.RewrapAsync(envelope, new RewrapOptions { AddKeks = _bench.Keks("service:4"), RemoveKeks = _bench.Keks(second) });
        Assert.Equal([$"re-encrypt {second} -> service:4"], Calls());

        // Only the data key tells whether both open it.
        var options = new RewrapOptions { NewKeks = _bench.Keks("service:5", "service:6") };
        await _bench.RefusesAsync(EnvelopeError.KekNotAllowed, envelope, () => _bench.RewrapAsync(envelope, options));
        Calls();
        var both = await _bench.RewrapAsync(envelope, options with { NoReadBack = true });
        Assert.Equal((RewrapMethod.ReEncrypt, RecipientProof.ReEncrypted), (both.Method, both.Proof));
        Assert.Equal(2, Calls().Length);
        _bench.Service.RefusesUnwrap = false;
        foreach (var kek in new[] { "service:5", "service:6" })
            Assert.Equal(Plaintext, await _bench.OpenAsync(envelope, kek));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Dropping_others_needs_the_data_key(int slotCount)
    {
        var envelope = await EnvelopeAsync(slotCount, "service:a", "local:x");
        var result = await _bench.RewrapAsync(envelope, new RewrapOptions { NewKeks = _bench.Keks("service:b") });
        Assert.Equal((RewrapMethod.UnwrapAndWrap, RecipientProof.Verified, "local:x"), (result.Method, result.Proof, result.OpenedBy));
        Assert.Equal(["wrap service:b", "unwrap service:b"], Calls());
        Assert.Equal(["service:a", "local:x"], result.RemovedKek);
    }

    [Fact]
    public async Task Who_may_not_unwrap_cannot_drop_others_unless_told()
    {
        var envelope = await EnvelopeAsync(1, "service:a", "local:x");
        _bench.Service.RefusesUnwrap = true;
        await _bench.RefusesAsync(
            EnvelopeError.KekNotAllowed,
            envelope,
            () => _bench.RewrapAsync(envelope, new RewrapOptions { NewKeks = _bench.Keks("service:b") }));
        await _bench.RefusesAsync(EnvelopeError.KekNotAllowed, envelope, () =>
            _bench.RewrapAsync(envelope, new RewrapOptions { AddKeks = _bench.Keks("service:b"), RemoveKeks = _bench.Keks("local:x") }));
        Calls();

        var told = await _bench.RewrapAsync(envelope, new RewrapOptions { NewKeks = _bench.Keks("service:b"), NoReadBack = true });
        Assert.Equal((RewrapMethod.ReEncrypt, RecipientProof.Unproven), (told.Method, told.Proof));
        Assert.Equal(["re-encrypt service:a -> service:b"], Calls());
        Assert.Equal(["service:a", "local:x"], told.RemovedKek);
    }

    [Fact]
    public async Task Recipient_of_elsewhere_is_unwrapped_and_wrapped()
    {
        var envelope = await EnvelopeAsync(1, "local:x");
        var result = await _bench.RewrapAsync(envelope, new RewrapOptions { NewKeks = _bench.Keks("service:b") });
        Assert.Equal((RewrapMethod.UnwrapAndWrap, RecipientProof.Verified), (result.Method, result.Proof));
    }

    [Fact]
    public async Task Service_that_cannot_re_encrypt_unwraps_and_wraps()
    {
        var envelope = await EnvelopeAsync(1, "service:a");
        _bench.Service.CanReEncrypt = false;
        var result = await _bench.RewrapAsync(envelope, new RewrapOptions { NewKeks = _bench.Keks("service:b") });
        Assert.Equal(RewrapMethod.UnwrapAndWrap, result.Method);
        Assert.Equal(["unwrap service:a", "wrap service:b", "unwrap service:b"], Calls());
    }

    [Fact]
    public async Task Recipient_that_the_service_cannot_open_is_not_re_encrypted()
    {
        var wrong = SampleRecipients.Provider() with { Kid = "service:a", WrappedKey = SampleBytes.Of(200) };
        var made = new HandmadeEnvelope { MoreRecipients = [wrong] };
        var envelope = _bench.Folder.Write("x.evc", await made.ToBytesAsync(_bench.Session, _bench.Keks("local:x")));
        await _bench.RefusesAsync(EnvelopeError.WrappedKeyInvalid, envelope, () =>
            _bench.RewrapAsync(envelope, new RewrapOptions { OldKeks = _bench.Keks("service:a"), NewKeks = _bench.Keks("service:b") }));
    }

    [Fact]
    public async Task Encryption_context_goes_along()
    {
        var envelope = _bench.Folder["x.evc"];
        var options = new ProtectOptions { Keks = _bench.Keks("service:a"), Context = SampleEnvelope.Context(("purpose", "backup")) };
        await _bench.Protecting(options).ProtectFileAsync(
            _bench.Folder.Write("x", Plaintext), envelope, progress: null, CancellationToken.None);
        await _bench.RewrapAsync(envelope, new RewrapOptions { NewKeks = _bench.Keks("service:b") });
        Assert.Equal(Plaintext, await _bench.OpenAsync(envelope, "service:b"));
    }

    private async Task<string> EnvelopeAsync(int slotCount, params string[] keks)
    {
        var envelope = slotCount == 1 ? await _bench.EnvelopeAsync(Plaintext, keks) : await _bench.PipedEnvelopeAsync(Plaintext, keks);
        Calls();
        return envelope;
    }

    private string[] Calls()
    {
        string[] calls = [.. _bench.Service.Calls];
        _bench.Service.Calls.Clear();
        return calls;
    }
}
