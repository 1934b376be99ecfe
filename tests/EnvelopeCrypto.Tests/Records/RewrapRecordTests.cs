using EnvelopeCrypto.Files;
using EnvelopeCrypto.Format;
using EnvelopeCrypto.Records;
using EnvelopeCrypto.Tests.Support;

namespace EnvelopeCrypto.Tests.Records;

public sealed class RewrapRecordTests : IDisposable
{
    private readonly RecordBench _bench = new();

    private static CancellationToken Stop => RecordBench.Stop;

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task Key_service_re_encrypts_once_for_all_tokens_of_a_data_key_and_unwraps_nothing()
    {
        var tokens = await TokensAsync(20, "service:a");
        _bench.Service.Calls.Clear();
        _bench.Service.RefusesUnwrap = true;
        var rewrapping = _bench.Rewrapping(new RewrapOptions { OldKeks = _bench.Keks("service:a"), NewKeks = _bench.Keks("service:b") });
        for (var i = 0; i < tokens.Length; i++)
        {
            var result = await rewrapping.RewrapFieldAsync("f", tokens[i], Binding(i), Stop);
            Assert.True(result.IsChanged);
            Assert.Equal((RewrapMethod.ReEncrypt, RecipientProof.ReEncrypted), (result.Method, result.Proof));
            Assert.Equal("service:b", Assert.Single(result.Kek));
            Assert.Equal("service:a", Assert.Single(result.RemovedKek));
            tokens[i] = result.Token;
        }
        Assert.Equal("re-encrypt service:a -> service:b", Assert.Single(_bench.Service.Calls));
        _bench.Service.RefusesUnwrap = false;
        await RequireOpenAsync(tokens);
    }

    [Fact]
    public async Task From_one_local_KEK_to_another_and_again()
    {
        var tokens = await TokensAsync(5, "local:a");
        var options = new RewrapOptions { NewKeks = _bench.Keks("local:b") };
        var rewrapping = _bench.Rewrapping(options);
        for (var i = 0; i < tokens.Length; i++)
        {
            var result = await rewrapping.RewrapFieldAsync("f", tokens[i], Binding(i), Stop);
            Assert.Equal((RewrapMethod.UnwrapAndWrap, RecipientProof.Verified), (result.Method, result.Proof));
            var again = await rewrapping.RewrapFieldAsync("f", result.Token, Binding(i), Stop);
            Assert.Equal((false, result.Token), (again.IsChanged, again.Token));
            tokens[i] = result.Token;
        }
        Assert.Single(tokens.Select(token => Convert.ToHexString(RecordBench.RecipientsOf(token).Single().WrappedKey.Span)).Distinct(StringComparer.Ordinal));
        await RequireOpenAsync(tokens, "local:b");
    }

    [Fact]
    public async Task Body_and_header_stay_as_they_are()
    {
        var token = (await TokensAsync(1, "local:a"))[0];
        var result = await _bench.Rewrapping(new RewrapOptions { AddKeks = _bench.Keks("local:b") })
            .RewrapFieldAsync("f", token, Binding(0), Stop);
        var (before, after) = (token.Split('.'), result.Token.Split('.'));
        Assert.Equal((before[1], before[3]), (after[1], after[3]));
        Assert.Equal(["local:a", "local:b"], result.Kek);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Token_that_the_data_key_does_not_fit_is_refused(bool afterAnother)
    {
        var tokens = await TokensAsync(2, "local:a");
        var rewrapping = _bench.Rewrapping(new RewrapOptions { NewKeks = _bench.Keks("local:b") });
        if (afterAnother)
            await rewrapping.RewrapFieldAsync("f", tokens[0], Binding(0), Stop);
        await Refused.AsAsync(
            EnvelopeError.CommitmentMismatch, () => rewrapping.RewrapFieldAsync("f", tokens[1], Binding(0), Stop).AsTask());
        await Refused.AsAsync(EnvelopeError.BindingMismatch, () => rewrapping.RewrapValueAsync(tokens[1], Stop).AsTask());
        await Refused.AsAsync(EnvelopeError.NotAToken, () => rewrapping.RewrapValueAsync("hello", Stop).AsTask());
    }

    [Fact]
    public async Task False_recipient_is_no_reason_to_drop_the_right_one()
    {
        // Two tokens under different data keys; the recipient of one is put beside that of the other.
        var one = (await TokensAsync(1, "local:a"))[0];
        var two = (await TokensAsync(1, "local:c"))[0];
        var mixed = TokenFront.RecipientsText([.. RecordBench.RecipientsOf(two), .. RecordBench.RecipientsOf(one)]);
        var parts = one.Split('.');
        var token = string.Join('.', parts[0], parts[1], mixed, parts[3]);
        var rewrapped = await _bench.Rewrapping(new RewrapOptions { NewKeks = _bench.Keks("local:c") })
            .RewrapFieldAsync("f", token, Binding(0), Stop);
        Assert.Equal(["local:c"], rewrapped.Kek);
        await RequireOpenAsync([rewrapped.Token], "local:c");
    }

    [Fact]
    public async Task Last_way_in_stays()
    {
        var token = (await TokensAsync(1, "local:a"))[0];
        var rewrapping = _bench.Rewrapping(new RewrapOptions { RemoveKeks = _bench.Keks("local:a") });
        await Refused.AsAsync(EnvelopeError.WouldLockOut, () => rewrapping.RewrapFieldAsync("f", token, Binding(0), Stop).AsTask());
    }

    [Fact]
    public async Task What_was_wrapped_earlier_is_re_encrypted_once_by_its_own_KEK_and_the_rest_left_alone()
    {
        var tokens = await TokensAsync(5, "service:a");
        var left = _bench.Rewrapping(new RewrapOptions { WrappedBefore = _bench.Time.Now });
        var same = await left.RewrapFieldAsync("f", tokens[0], Binding(0), Stop);
        Assert.Equal((false, tokens[0]), (same.IsChanged, same.Token));
        _bench.Service.Calls.Clear();
        var renewing = _bench.Rewrapping(new RewrapOptions { WrappedBefore = _bench.Time.Now.AddSeconds(1) });
        for (var i = 0; i < tokens.Length; i++)
        {
            var result = await renewing.RewrapFieldAsync("f", tokens[i], Binding(i), Stop);
            Assert.NotEqual(tokens[i], result.Token, StringComparer.Ordinal);
            Assert.Empty(result.RemovedKek);
            tokens[i] = result.Token;
        }
        Assert.Equal("re-encrypt service:a -> service:a", Assert.Single(_bench.Service.Calls));
        await RequireOpenAsync(tokens);
    }

    private static RecordBinding Binding(int i) => RecordBench.Bind(("id", i));

    private async Task<string[]> TokensAsync(int count, params string[] keks)
    {
        var operation = _bench.Protecting(keks);
        var tokens = new string[count];
        for (var i = 0; i < count; i++)
            tokens[i] = (await operation.ProtectFieldAsync("f", $"value {i}", Binding(i), Stop))!;
        return tokens;
    }

    private async Task RequireOpenAsync(string[] tokens, params string[] allowed)
    {
        var operation = _bench.Unprotecting(session: allowed.Length == 0 ? null : _bench.OpenSession(allowed));
        for (var i = 0; i < tokens.Length; i++)
            Assert.Equal($"value {i}", await operation.UnprotectFieldAsync("f", tokens[i], Binding(i), Stop));
    }
}
