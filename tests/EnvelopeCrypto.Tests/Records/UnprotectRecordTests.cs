using EnvelopeCrypto.Records;
using EnvelopeCrypto.Tests.Support;

namespace EnvelopeCrypto.Tests.Records;

public sealed class UnprotectRecordTests : IDisposable
{
    private readonly RecordBench _bench = new();

    private static CancellationToken Stop => RecordBench.Stop;

    public void Dispose() => _bench.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Changed_letter_anywhere_is_refused(bool isKnown)
    {
        var token = await _bench.TokenAsync("hello");
        var operation = _bench.Unprotecting();
        if (isKnown)
            await operation.UnprotectValueAsync(token, Stop);
        for (var i = 0; i < token.Length; i++)
        {
            var changed = token[..i] + (token[i] == 'A' ? 'B' : 'A') + token[(i + 1)..];
            // Recipients are under no check: one that claims another KEK or time still opens, or does not.
            await RequireRefusedAsync(operation, changed, mayOpen: "hello");
        }
    }

    [Fact]
    public async Task Token_cut_off_anywhere_is_refused()
    {
        var token = await _bench.TokenAsync("hello");
        var operation = _bench.Unprotecting();
        for (var length = 0; length < token.Length; length++)
            await RequireRefusedAsync(operation, token[..length], mayOpen: null);
    }

    [Fact]
    public async Task Token_is_for_its_field_and_record_only()
    {
        var binding = RecordBench.Bind(("id", 7), ("name", null));
        var token = (await _bench.Protecting("local:a").ProtectFieldAsync("ssn", "1", binding, Stop))!;
        var operation = _bench.Unprotecting();
        Assert.Equal("1", await operation.UnprotectFieldAsync("ssn", token, RecordBench.Bind(("name", null), ("id", "7")), Stop));

        await RefusesAsync(EnvelopeError.BindingMismatch, "email", binding);
        await RefusesAsync(EnvelopeError.BindingMismatch, "SSN", binding);
        await RefusesAsync(EnvelopeError.BindingMismatch, "ssn", RecordBinding.None);
        await RefusesAsync(EnvelopeError.BindingMismatch, "ssn", RecordBench.Bind(("id", 7)));
        await RefusesAsync(EnvelopeError.CommitmentMismatch, "ssn", RecordBench.Bind(("id", 8), ("name", null)));
        await RefusesAsync(EnvelopeError.CommitmentMismatch, "ssn", RecordBench.Bind(("id", 7), ("name", "")));
        await Refused.AsAsync(EnvelopeError.BindingMismatch, () => operation.UnprotectValueAsync(token, Stop).AsTask());

        Task RefusesAsync(EnvelopeError error, string field, RecordBinding asked) =>
            Refused.AsAsync(error, () => operation.UnprotectFieldAsync(field, token, asked, Stop).AsTask());
    }

    [Fact]
    public async Task Parts_of_two_tokens_do_not_go_together()
    {
        var operation = _bench.Protecting("local:a");
        var binding = RecordBench.Bind(("id", 1));
        var one = ((string)(await operation.ProtectFieldAsync("a", "one", binding, Stop))!).Split('.');
        var two = ((string)(await operation.ProtectFieldAsync("b", "two", binding, Stop))!).Split('.');
        await Refused.AsAsync(
            EnvelopeError.CommitmentMismatch,
            () => _bench.Unprotecting().UnprotectFieldAsync("a", string.Join('.', one[0], one[1], one[2], two[3]), binding, Stop).AsTask());
    }

    [Fact]
    public async Task KEK_that_is_not_allowed_is_not_used()
    {
        var token = await _bench.TokenAsync("x", "local:a");
        var session = _bench.OpenSession(["local:b"]);
        await Refused.AsAsync(
            EnvelopeError.KekNotAllowed, () => _bench.Unprotecting(session: session).UnprotectValueAsync(token, Stop).AsTask());
    }

    [Fact]
    public void What_is_pushed_out_is_zeroed()
    {
        var kept = new Probe();
        var others = new[] { new Probe(), new Probe() };
        using (var fronts = new RecentFronts<Probe>(2))
        {
            fronts.Keep("a", kept);
            fronts.Keep("b", others[0]);
            Assert.Same(kept, fronts.Find("a"));
            fronts.Keep("c", others[1]);
            Assert.Null(fronts.Find("b"));
            Assert.Equal((false, true), (kept.IsDisposed, others[0].IsDisposed));
            var huge = new Probe();
            fronts.Keep(new string('x', 100_000), huge);
            Assert.True(huge.IsDisposed);
        }
        Assert.True(kept.IsDisposed && others[1].IsDisposed);
    }

    private static async Task RequireRefusedAsync(UnprotectRecordOperation operation, string token, string? mayOpen)
    {
        try
        {
            Assert.Equal(mayOpen, await operation.UnprotectValueAsync(token, Stop));
        }
        catch (EnvelopeException failure)
        {
            Assert.DoesNotContain('\n', failure.Message);
        }
    }

    private sealed class Probe : IDisposable
    {
        public bool IsDisposed { get; private set; }

        public void Dispose() => IsDisposed = true;
    }
}
