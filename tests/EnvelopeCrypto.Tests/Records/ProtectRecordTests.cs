using EnvelopeCrypto.Format;
using EnvelopeCrypto.Keys;
using EnvelopeCrypto.Records;
using EnvelopeCrypto.Tests.Keys;
using EnvelopeCrypto.Tests.Keys.Calls;
using EnvelopeCrypto.Tests.Support;

namespace EnvelopeCrypto.Tests.Records;

public sealed class ProtectRecordTests : IDisposable
{
    private readonly RecordBench _bench = new();

    private static CancellationToken Stop => RecordBench.Stop;

    public void Dispose() => _bench.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(16_383)]
    [InlineData(16_384)]
    [InlineData(100_000)]
    [InlineData(RecordValue.MaxLength)]
    public async Task Value_of_any_length_comes_back(int length)
    {
        var value = SampleBytes.Of(length);
        Assert.Equal(value, await _bench.Unprotecting().UnprotectValueAsync(await _bench.TokenAsync(value), Stop));
    }

    [Fact]
    public async Task Token_is_plain_text_for_a_column()
    {
        var token = await _bench.TokenAsync("123-45-6789");
        Assert.Matches(@"^evc1\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$", token);
        Assert.InRange(token.Length, 300, 700);
        Assert.False(token == await _bench.TokenAsync("123-45-6789"));
    }

    [Fact]
    public async Task Value_with_a_data_key_of_its_own_has_no_batch_and_a_shorter_token()
    {
        var alone = await _bench.Protecting(new ProtectRecordOptions { Keks = _bench.Keks("local:a"), RecordsPerDataKey = 1 }).ProtectValueAsync("1", Stop);
        var shared = await _bench.TokenAsync("1");
        Assert.Null(RecordBench.HeaderOf(alone!).Batch);
        Assert.NotNull(RecordBench.HeaderOf(shared).Batch);
        Assert.Equal(shared.Length - 44, alone!.Length); // "batch":"22 letters", in base64url
        Assert.Equal("1", await _bench.Unprotecting().UnprotectValueAsync(alone, Stop));
    }

    [Fact]
    public async Task Fields_of_a_record_share_a_data_key_and_null_stays_null()
    {
        var binding = RecordBench.Bind(("id", 7));
        var tokens = await _bench.Protecting("local:a").ProtectFieldsAsync(
            [new("ssn", "1"), new("email", null), new("born", DBNull.Value), new("pay", 12.50m)], binding, Stop);

        Assert.Null(tokens[1]);
        Assert.Null(tokens[2]);
        var operation = _bench.Unprotecting();
        Assert.Equal("1", await operation.UnprotectFieldAsync("ssn", tokens[0]!, binding, Stop));
        Assert.Equal(12.50m, await operation.UnprotectFieldAsync("pay", tokens[3]!, binding, Stop));
        Assert.Equal(
            RecordBench.RecipientsOf(tokens[0]!).Single().WrappedKey.ToArray(),
            RecordBench.RecipientsOf(tokens[3]!).Single().WrappedKey.ToArray());
        Assert.Null(await _bench.Protecting("local:a").ProtectValueAsync(null, Stop));
    }

    [Fact]
    public async Task Null_alone_asks_no_KEK()
    {
        var operation = _bench.Protecting("service:a");
        await operation.ProtectFieldsAsync([new("a", null)], RecordBinding.None, Stop);
        Assert.Empty(_bench.Service.Calls);
    }

    [Theory]
    [InlineData(1, 5)]
    [InlineData(2, 3)]
    [InlineData(1000, 1)]
    public async Task Data_key_serves_so_many_records(int recordsPerDataKey, int keys)
    {
        _bench.Service.Generates = true;
        var operation = _bench.Protecting(
            new ProtectRecordOptions { Keks = _bench.Keks("service:a"), RecordsPerDataKey = recordsPerDataKey });
        var batches = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < 5; i++)
        {
            var tokens = await operation.ProtectFieldsAsync([new("a", 1), new("b", 2)], RecordBinding.None, Stop);
            batches.UnionWith(tokens.Select(token => Convert.ToHexString(RecordBench.HeaderOf(token!).Batch!)));
        }
        Assert.Equal(keys, _bench.Service.Count("generate"));
        Assert.Equal(keys, batches.Count);
    }

    [Fact]
    public async Task Key_service_is_asked_once_to_open_what_shares_a_data_key()
    {
        var operation = _bench.Protecting("service:a");
        var tokens = new List<string?>();
        for (var i = 0; i < 10; i++)
            tokens.AddRange(await operation.ProtectFieldsAsync([new("a", i), new("b", "x")], RecordBinding.None, Stop));
        var unprotecting = _bench.Unprotecting();
        for (var i = 0; i < tokens.Count; i += 2)
            Assert.Equal(i / 2, await unprotecting.UnprotectFieldAsync("a", tokens[i]!, RecordBinding.None, Stop));
        foreach (var token in tokens.Where((_, i) => i % 2 == 1))
            Assert.Equal("x", await unprotecting.UnprotectFieldAsync("b", token!, RecordBinding.None, Stop));
        Assert.Equal(1, _bench.Service.Count("unwrap"));
    }

    [Theory]
    [InlineData("evc1.")]
    [InlineData("evc1.hello")]
    [InlineData(" evc1.hello")]
    [InlineData("\"evc1.a.b.c\"")]
    public async Task What_begins_like_a_token_is_refused_either_way(string value)
    {
        await Refused.AsAsync(EnvelopeError.AlreadyAToken, () => _bench.Protecting("local:a").ProtectValueAsync(value, Stop).AsTask());
        var skipping = _bench.Protecting(new ProtectRecordOptions { Keks = _bench.Keks("local:a"), SkipProtected = true });
        await Refused.AsAsync(EnvelopeError.TokenInvalid, () => skipping.ProtectValueAsync(value, Stop).AsTask());
    }

    [Fact]
    public async Task Token_is_refused_or_left_as_it_is()
    {
        var token = await _bench.TokenAsync("x");
        await Refused.AsAsync(EnvelopeError.AlreadyAToken, () => _bench.TokenAsync(token));
        var skipping = _bench.Protecting(new ProtectRecordOptions { Keks = _bench.Keks("local:a"), SkipProtected = true });
        Assert.Equal(token, await skipping.ProtectValueAsync(token, Stop));
        token = (await _bench.Protecting("local:a").ProtectFieldAsync("a", "x", RecordBinding.None, Stop))!;
        var tokens = await skipping.ProtectFieldsAsync([new("a", token), new("b", "y")], RecordBinding.None, Stop);
        Assert.Equal(token, tokens[0]);
        Assert.Equal("y", await _bench.Unprotecting().UnprotectFieldAsync("b", tokens[1]!, RecordBinding.None, Stop));
    }

    [Fact]
    public async Task Token_of_another_place_is_not_left_where_it_does_not_open()
    {
        var token = (await _bench.Protecting("local:a").ProtectFieldAsync("a", "x", RecordBench.Bind(("id", 1)), Stop))!;
        var skipping = _bench.Protecting(new ProtectRecordOptions { Keks = _bench.Keks("local:a"), SkipProtected = true });
        Assert.Equal(token, await skipping.ProtectFieldAsync("a", token, RecordBench.Bind(("id", 1)), Stop));
        await Refused.AsAsync(
            EnvelopeError.BindingMismatch, () => skipping.ProtectFieldAsync("a", token, RecordBinding.None, Stop).AsTask());
        await Refused.AsAsync(
            EnvelopeError.BindingMismatch, () => skipping.ProtectFieldAsync("b", token, RecordBench.Bind(("id", 1)), Stop).AsTask());
        await Refused.AsAsync(EnvelopeError.BindingMismatch, () => skipping.ProtectValueAsync(token, Stop).AsTask());
    }

    [Fact]
    public async Task Field_has_a_name_and_is_not_bound_to_itself()
    {
        var operation = _bench.Protecting("local:a");
        await Refused.AsAsync(
            EnvelopeError.FieldNameInvalid, () => operation.ProtectFieldAsync("a", 1, RecordBench.Bind(("a", 1)), Stop).AsTask());
        await Refused.AsAsync(EnvelopeError.FieldNameInvalid, () => operation.ProtectFieldAsync("", 1, RecordBinding.None, Stop).AsTask());
    }

    [Fact]
    public async Task Context_stands_in_each_token_and_can_be_required()
    {
        var context = EncryptionContext.Create([new("table", "users")]);
        var operation = _bench.Protecting(new ProtectRecordOptions { Keks = _bench.Keks("local:a"), Context = context });
        var token = (await operation.ProtectValueAsync("x", Stop))!;
        Assert.Equal("x", await _bench.Unprotecting(context).UnprotectValueAsync(token, Stop));
        var other = EncryptionContext.Create([new("table", "orders")]);
        await Refused.AsAsync(EnvelopeError.ContextMismatch, () => _bench.Unprotecting(other).UnprotectValueAsync(token, Stop).AsTask());
    }

    [Fact]
    public async Task Many_threads_share_operations()
    {
        var (protecting, unprotecting) = (
            _bench.Protecting(new ProtectRecordOptions { Keks = _bench.Keks("local:a"), RecordsPerDataKey = 7 }), _bench.Unprotecting());
        await Parallel.ForEachAsync(Enumerable.Range(0, 500), Stop, async (i, stop) =>
        {
            var binding = RecordBench.Bind(("id", i));
            var token = await protecting.ProtectFieldAsync($"f{i % 3}", i, binding, stop);
            Assert.Equal(i, await unprotecting.UnprotectFieldAsync($"f{i % 3}", token!, binding, stop));
        });
    }

    [Fact]
    public async Task Each_record_is_seen_by_who_watches()
    {
        var observer = new RecordingObserver();
        var session = _bench.OpenSession(observer: observer);
        var operation = _bench.Protecting(new ProtectRecordOptions { Keks = _bench.Keks("service:a") }, session);
        var tokens = new[] { await operation.ProtectValueAsync("1", Stop), await operation.ProtectValueAsync("2", Stop) };
        var unprotecting = _bench.Unprotecting(session: session);
        foreach (var token in tokens)
            await unprotecting.UnprotectValueAsync(token!, Stop);
        Assert.Equal([false, true, false, true], observer.Shared);

        observer.RefuseStart = new InvalidOperationException("no.");
        await KekFailure.ThrowsAsync(EnvelopeError.KekUseRefused, () => unprotecting.UnprotectValueAsync(tokens[0]!, Stop).AsTask());
    }
}
