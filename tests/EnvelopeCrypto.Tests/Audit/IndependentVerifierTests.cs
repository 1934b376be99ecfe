using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using EnvelopeCrypto.Audit;
using EnvelopeCrypto.Format;
using EnvelopeCrypto.Tests.Interop;

namespace EnvelopeCrypto.Tests.Audit;

/// <summary>A verifier in Python, written by docs/audit.md alone, and the engine agree.</summary>
public sealed class IndependentVerifierTests : IDisposable
{
    private const string Kek = "service:audit";

    private readonly AuditBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task Plain_log_of_several_files_is_verified()
    {
        Python.Require();
        var verdict = await _bench.WriteAsync(20, maxSize: 2048);
        Assert.Equal(Sound(verdict), Verify());
    }

    [Fact]
    public async Task Keyed_log_with_a_torn_line_is_verified()
    {
        Python.Require();
        await _bench.WriteAsync(2, Kek);
        _bench.Tear();
        var verdict = await _bench.WriteAsync(2, Kek);
        var header = AuditLine.Parse(Encoding.UTF8.GetBytes(_bench.Lines()[0])).Header!;
        using var dataKey = await _bench.Service.UnwrapAsync(header.Recipient!, AuditKeys.ContextOf(header.Log), CancellationToken.None);
        Assert.Equal(Sound(verdict), Verify(Convert.ToHexString(dataKey.Span)));
        Assert.StartsWith($"{_bench.Log}:1: ", Verify(new string('0', 64)), StringComparison.Ordinal);
        Assert.Equal($"{_bench.Log}:1: under a key, which has to be given", Verify());
    }

    [Fact]
    public async Task Edit_removed_line_and_swapped_pair_are_found_at_their_place()
    {
        Python.Require();
        await _bench.WriteAsync(5);
        var lines = _bench.Lines();
        foreach (var wrong in new string[][]
        {
            [.. lines[..4], lines[4].Replace("Unwrap", "Wrap", StringComparison.Ordinal), .. lines[5..]],
            [.. lines[..4], .. lines[5..]],
            [.. lines[..4], lines[5], lines[4], .. lines[6..]],
        })
        {
            _bench.SetLines(wrong);
            Assert.StartsWith($"{_bench.Log}:5: ", Verify(), StringComparison.Ordinal);
            Assert.Equal(5, (await _bench.VerifyAsync()).FaultLine);
        }
    }

    [Theory]
    [InlineData("\"type\":\"use\"", "\"type\": \"use\"")]
    [InlineData("\"type\":\"use\"", "\"type\":\"use\",\"type\":\"use\"")]
    [InlineData("Unwrap", "\\u0055nwrap")]
    public async Task Line_in_another_spelling_is_found_though_its_hash_fits(string from, string to)
    {
        Python.Require();
        await _bench.WriteAsync(5);
        var lines = _bench.Lines();
        var body = lines[^1][..^54].Replace(from, to, StringComparison.Ordinal);
        lines[^1] = $"{body},\"hash\":\"{Base64UrlText.Encode(SHA256.HashData(Encoding.UTF8.GetBytes(body)))}\"}}";
        _bench.SetLines(lines);
        Assert.StartsWith($"{_bench.Log}:11: ", Verify(), StringComparison.Ordinal);
        Assert.Equal(11, (await _bench.VerifyAsync()).FaultLine);
    }

    [Fact]
    public async Task Closed_file_that_lost_its_last_line_is_found()
    {
        Python.Require();
        var verdict = await _bench.WriteAsync(20, maxSize: 2048);
        var closed = verdict.Files[^2];
        File.Delete(_bench.Log);
        _bench.SetLines(_bench.Lines(closed)[..^1], closed);
        Assert.StartsWith($"{closed}: ", Verify(), StringComparison.Ordinal);
        Assert.Equal(closed, (await _bench.VerifyAsync()).FaultFile);
    }

    private string Verify(params string[] key) => Python.Output("audit.py", [_bench.Log, .. key]).TrimEnd();

    private static string Sound(AuditVerdict verdict) => string.Create(CultureInfo.InvariantCulture, $"{verdict.Count} {verdict.Head}");
}
