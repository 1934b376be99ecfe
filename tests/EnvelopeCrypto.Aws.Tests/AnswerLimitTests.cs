using System.Globalization;
using System.Text;
using Amazon.Runtime;
using EnvelopeCrypto.Aws.Sdk;
using EnvelopeCrypto.Aws.Service;
using EnvelopeCrypto.Aws.Tests.Support;
using EnvelopeCrypto.Keys;

namespace EnvelopeCrypto.Aws.Tests;

/// <summary>An endpoint can send slowly, without an end, or elsewhere.</summary>
public sealed class AnswerLimitTests
{
    private const string Key = "arn:aws:kms:eu-central-1:111122223333:key/11111111-1111-1111-1111-111111111111";
    private const string Plaintext = "c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0";

    private static readonly SdkLimits Short = KmsBench.Limits with { Attempt = TimeSpan.FromMilliseconds(300) };

    [Fact]
    public async Task An_answer_that_trickles_times_out()
    {
        await using var endpoint = new RawEndpoint(TrickleAsync);
        Assert.Equal(EnvelopeError.KeyServiceTimeout, (await AskAsync(endpoint, Short)).Error);
    }

    [Fact]
    public async Task A_stop_while_an_answer_trickles_is_no_failure()
    {
        var arrived = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var endpoint = new RawEndpoint((stream, stop) =>
        {
            arrived.TrySetResult();
            return TrickleAsync(stream, stop);
        });
        using var stop = new CancellationTokenSource();
        using var services = Services(endpoint, KmsBench.Limits with { Attempt = TimeSpan.FromHours(1) });
        using var dataKey = DataKey.Generate();
        var asking = services.Kms(KmsBench.Here).EncryptAsync(Key, dataKey, KmsBench.Context, stop.Token);
        await arrived.Task;
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);
    }

    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task A_redirect_takes_nothing_elsewhere(int status)
    {
        await using var elsewhere = RawEndpoint.Of("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}");
        await using var endpoint = RawEndpoint.Of(
            $"HTTP/1.1 {status} Moved\r\nLocation: {elsewhere.Address}/\r\nContent-Length: 0\r\n\r\n");
        Assert.Equal(EnvelopeError.KeyServiceFailed, (await AskAsync(endpoint, KmsBench.Limits)).Error);
        Assert.Equal(EnvelopeError.KeyServiceFailed, (await AskWhoAsync(endpoint)).Error);
        Assert.Equal((2, 0), (endpoint.Requests, elsewhere.Requests));
    }

    [Theory]
    [InlineData("Content-Length: 4294967296")]
    [InlineData("Connection: close")]
    public async Task An_answer_without_an_end_is_not_kept(string header)
    {
        var sent = 0L;
        await using var endpoint = new RawEndpoint(async (stream, stop) =>
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\n{header}\r\n\r\n"), stop);
            var spaces = new byte[64 * 1024];
            spaces.AsSpan().Fill((byte)' ');
            for (; sent < 256L << 20; sent += spaces.Length)
                await stream.WriteAsync(spaces, stop);
        });
        Assert.Equal(EnvelopeError.KeyServiceFailed, (await AskAsync(endpoint, KmsBench.Limits)).Error);
        Assert.InRange(sent, 0, 64L << 20);
    }

    [Theory]
    [InlineData("Decrypt", "AccessDeniedException", EnvelopeError.AccessDenied)]
    [InlineData("Decrypt", "SomethingNew", EnvelopeError.KeyServiceFailed)]
    [InlineData("GetCallerIdentity", "AccessDenied", EnvelopeError.KeyServiceFailed)]
    public async Task What_the_SDK_quotes_of_an_error_without_a_message_is_not_shown(string operation, string type, EnvelopeError error)
    {
        var body = $$"""{"__type":"{{type}}","Plaintext":"{{Plaintext}}"}""";
        await using var endpoint = RawEndpoint.Of(string.Create(CultureInfo.InvariantCulture, $"HTTP/1.1 400 Bad\r\nContent-Type: application/x-amz-json-1.1\r\nContent-Length: {body.Length}\r\n\r\n{body}"));
        var failure = operation == "Decrypt"
            ? await AskAsync(endpoint, KmsBench.Limits)
            : await AskWhoAsync(endpoint);
        Assert.Equal(error, failure.Error);
        Assert.DoesNotContain(Plaintext, failure.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(400, "__type")]
    [InlineData(200, "KeyId")]
    public async Task Long_words_of_an_endpoint_are_shortened(int status, string member)
    {
        var body = $$"""{"{{member}}":"{{new string('x', 100_000)}}","Plaintext":"{{Convert.ToBase64String(new byte[32])}}","CiphertextBlob":"AA=="}""";
        await using var endpoint = RawEndpoint.Of(string.Create(CultureInfo.InvariantCulture, $"HTTP/1.1 {status} X\r\nContent-Type: application/x-amz-json-1.1\r\nContent-Length: {body.Length}\r\n\r\n{body}"));
        var failure = await AskAsync(endpoint, KmsBench.Limits);
        Assert.Equal(EnvelopeError.KeyServiceFailed, failure.Error);
        Assert.InRange(failure.ToString().Length, 50, 4000);
        Assert.InRange(failure.Reason.Length, 50, 900);
    }

    private static async Task<EnvelopeException> AskAsync(RawEndpoint endpoint, SdkLimits limits)
    {
        using var services = Services(endpoint, limits);
        return await Assert.ThrowsAsync<EnvelopeException>(async () =>
        {
            var answer = await services.Kms(KmsBench.Here).DecryptAsync(
                new KmsWrapped(Key, new byte[100]), isRsa: false, KmsBench.Context, CancellationToken.None);
            KmsCheck.Unwrapped(answer, Key).Dispose();
        });
    }

    private static async Task<EnvelopeException> AskWhoAsync(RawEndpoint endpoint)
    {
        using var services = Services(endpoint, KmsBench.Limits);
        return await Assert.ThrowsAsync<EnvelopeException>(() => services.GetCallerIdentityAsync("aws", CancellationToken.None));
    }

    private static SdkServices Services(RawEndpoint endpoint, SdkLimits limits) => new(
        new AwsKmsConnection { Region = KmsBench.Here, EndpointUrl = endpoint.Address }, limits, new BasicAWSCredentials("AKIDTEST", "secret"));

    private static async Task TrickleAsync(Stream stream, CancellationToken stop)
    {
        await stream.WriteAsync(Encoding.ASCII.GetBytes("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n"), stop);
        while (true)
        {
            await stream.WriteAsync(" "u8.ToArray(), stop);
#pragma warning disable RS0030 // How slowly it sends; nothing waits for it.
            await Task.Delay(50, stop);
#pragma warning restore RS0030
        }
    }
}
