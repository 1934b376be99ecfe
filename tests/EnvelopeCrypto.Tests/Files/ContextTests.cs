using EnvelopeCrypto.Files;
using EnvelopeCrypto.Tests.Support;

namespace EnvelopeCrypto.Tests.Files;

public sealed class ContextTests : IDisposable
{
    private readonly FileBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task Context_stands_in_the_header_and_what_is_required_of_it_is_checked()
    {
        var envelope = await EnvelopeAsync(("purpose", "backup"), ("host", "db1"));
        Assert.Equal(
            "host=db1; purpose=backup", (await InspectOperation.InspectFileAsync(envelope, CancellationToken.None)).Context.ToString());
        foreach (var fulfilled in new[] { SampleEnvelope.Context(), SampleEnvelope.Context(("host", "db1")), SampleEnvelope.Context(("host", "db1"), ("purpose", "backup")) })
        {
            await _bench.UnprotectAsync(
                envelope, _bench.Folder["back"], new UnprotectOptions { RequiredContext = fulfilled, Force = true });
        }
    }

    [Theory]
    [InlineData("host", "db2")]
    [InlineData("host", "DB1")]
    [InlineData("Host", "db1")]
    [InlineData("more", "")]
    public async Task Context_that_lacks_what_is_required_is_refused_before_any_kek_is_used(string key, string value)
    {
        var envelope = await EnvelopeAsync(("purpose", "backup"), ("host", "db1"));
        var required = SampleEnvelope.Context(("purpose", "backup"), (key, value));
        var calls = _bench.Service.Calls.Count;
        await _bench.RefusesAsync(EnvelopeError.ContextMismatch, envelope, () =>
            _bench.UnprotectAsync(envelope, _bench.Folder["back"], new UnprotectOptions { RequiredContext = required }));
        var proof = await new VerifyOperation(_bench.Session, new VerifyOptions { RequiredContext = required }).VerifyFileAsync(
            envelope, progress: null, CancellationToken.None);
        Assert.Equal((false, EnvelopeError.ContextMismatch), (proof.Valid, proof.Error));
        Assert.Equal(calls, _bench.Service.Calls.Count);
    }

    private async Task<string> EnvelopeAsync(params (string Key, string Value)[] context)
    {
        var envelope = _bench.Folder["data.bin.evc"];
        var options = new ProtectOptions { Keks = _bench.Keks("service:a"), Context = SampleEnvelope.Context(context) };
        await _bench.Protecting(options).ProtectFileAsync(_bench.Source(), envelope, progress: null, CancellationToken.None);
        return envelope;
    }
}
