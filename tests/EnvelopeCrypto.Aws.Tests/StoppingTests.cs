using EnvelopeCrypto.Aws.Tests.Support;
using EnvelopeCrypto.Files;
using EnvelopeCrypto.Keys;

namespace EnvelopeCrypto.Aws.Tests;

public sealed class StoppingTests : KmsBench
{
    [Fact]
    public async Task A_call_under_way_is_given_up_at_once()
    {
        var key = await Service.AddKeyAsync(Here);
        var envelope = await ProtectAsync(Session(), [key]);
        var held = Service.Own.Faults.Hold();
        using var stop = new CancellationTokenSource();
        var opening = OpenAsync(Session(limits: Limits with { Attempt = TimeSpan.FromHours(1) }), envelope, stop.Token);
        await held.Arrived;
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => opening);
        await held.Abandoned;
    }

    [Fact]
    public async Task A_service_that_does_not_answer_times_out()
    {
        var key = await Service.AddKeyAsync(Here);
        var session = Session(limits: Limits with { Attempt = TimeSpan.FromMilliseconds(200) });
        var held = Service.Own.Faults.Hold(int.MaxValue, "GenerateDataKey");
        await RefusedAsync(EnvelopeError.KeyServiceTimeout, () => ProtectAsync(session, [key]));
        held.Release();
    }

    [Fact]
    public async Task A_key_that_fails_is_asked_by_few_of_many_files()
    {
        var server = Service.Own;
        var key = await Service.AddKeyAsync(Here);
        var envelopes = new List<string>();
        for (var i = 0; i < 30; i++)
            envelopes.Add(await ProtectAsync(Session(), [key], name: $"f{i}"));
        using (var kms = Service.Kms(Here))
            await kms.DisableKeyAsync(key);
        server.Calls.Clear();
        var session = Session();
        const int workers = 4;
        await Parallel.ForEachAsync(envelopes, new ParallelOptions { MaxDegreeOfParallelism = workers }, async (envelope, _) =>
        {
            var failure = await Assert.ThrowsAsync<EnvelopeException>(() => OpenAsync(session, envelope, CancellationToken.None));
            Assert.True(failure.Error is EnvelopeError.KekDisabled or EnvelopeError.NotTried, failure.Message);
        });
        Assert.InRange(server.Calls.Count("Decrypt"), 1, workers + 1);
    }

    [Fact]
    public async Task A_preview_asks_nobody()
    {
        var server = Service.Own;
        var key = await Service.AddKeyAsync(Here);
        var envelope = await ProtectAsync(Session(), [key]);
        server.Calls.Clear();
        var rewrap = new RewrapOperation(
            Session(),
            new RewrapOptions { NewKeks = [KekReference.Parse("local:offline")], OldKeks = [KekReference.Parse(key)], WhatIf = true });
        Assert.True((await rewrap.RewrapFileAsync(envelope, CancellationToken.None)).WhatIf);
        Assert.Equal(0, server.Calls.Total);
    }
}
