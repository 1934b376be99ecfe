using System.Globalization;
using Amazon.Runtime;
using EnvelopeCrypto.Aws.Sdk;
using EnvelopeCrypto.Aws.Tests.Support;
using EnvelopeCrypto.Format;
using EnvelopeCrypto.KmsServer;

namespace EnvelopeCrypto.Aws.Tests;

/// <summary>Whatever answers at the endpoint, an error shows neither a data key nor a terminal command.</summary>
public sealed class StrangeServerTests : KmsBench
{
    private const string Key = "arn:aws:kms:eu-central-1:111122223333:key/11111111-1111-1111-1111-111111111111";
    private const string Plaintext = "c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0";

    [Theory]
    [InlineData(200, $$"""{"KeyId":"{{Key}}","Plaintext":"{{Plaintext}}",""")]
    [InlineData(200, $$"""{"KeyId":"{{Key}}","Plaintext":["{{Plaintext}}"]}""")]
    [InlineData(200, "<html>Sign in to the network first</html>")]
    [InlineData(200, "")]
    [InlineData(403, "<html>Forbidden by the proxy</html>")]
    public async Task An_answer_that_does_not_read_is_not_shown(int status, string body)
    {
        var failure = await AskAsync(status, body);
        Assert.Equal(EnvelopeError.KeyServiceFailed, failure.Error);
        Assert.DoesNotContain(Plaintext, failure.ToString(), StringComparison.Ordinal);
        Assert.Null(failure.InnerException);
    }

    [Fact]
    public async Task A_reason_is_one_short_line()
    {
        var failure = await AskAsync(400, $$"""{"__type":"AccessDeniedException","message":"is not authorized to perform: kms:Decrypt\u001b[2J\r\n{{new string('x', 5000)}}"}""");
        Assert.Equal(EnvelopeError.AccessDenied, failure.Error);
        Assert.DoesNotContain(failure.Reason, char.IsControl);
        Assert.InRange(failure.Reason.Length, 100, 800);
        Assert.Contains("permission kms:Decrypt is missing", failure.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("PendingDeletion", EnvelopeError.KekPendingDeletion)]
    [InlineData("PendingReplicaDeletion", EnvelopeError.KekPendingDeletion)]
    [InlineData("Disabled", EnvelopeError.KekDisabled)]
    [InlineData("PendingImport", EnvelopeError.KekUnsuitable)]
    [InlineData("Unavailable", EnvelopeError.KekUnsuitable)]
    public async Task A_state_in_which_a_key_does_not_serve_is_told_when_it_is_opened(string state, EnvelopeError error)
    {
        var key = await Service.AddKeyAsync(Here);
        Service.Own.Faults.Falsify(answer => answer["KeyMetadata"]!["KeyState"] = state, operation: "DescribeKey");
        await RefusedAsync(error, () => ProtectAsync(Session(), ["aws-kms:" + key[(key.LastIndexOf('/') + 1)..]]));
    }

    [Theory]
    [InlineData("KMSInvalidStateException", "arn is pending deletion.", EnvelopeError.KekPendingDeletion)]
    [InlineData("KMSInvalidStateException", "arn is pending import.", EnvelopeError.KekUnsuitable)]
    [InlineData("DependencyTimeoutException", "It timed out.", EnvelopeError.KeyServiceTimeout)]
    [InlineData("KeyUnavailableException", "Try later.", EnvelopeError.KeyServiceFailed)]
    [InlineData("SomethingNew", "Nobody knew.", EnvelopeError.KeyServiceFailed)]
    public async Task An_error_of_the_service_has_its_id(string type, string text, EnvelopeError error)
    {
        var key = await Service.AddKeyAsync(Here);
        Service.Own.Faults.Reject(new KmsFailure(type, text), int.MaxValue, "GenerateDataKey");
        await RefusedAsync(error, () => ProtectAsync(Session(), [key]));
    }

    private static async Task<EnvelopeException> AskAsync(int status, string body)
    {
        await using var endpoint = RawEndpoint.Of(string.Create(CultureInfo.InvariantCulture, $"HTTP/1.1 {status} X\r\nContent-Type: application/x-amz-json-1.1\r\nContent-Length: {body.Length}\r\n\r\n{body}"));
        var services = new SdkServices(
            new AwsKmsConnection { Region = Here, EndpointUrl = endpoint.Address }, Limits, new BasicAWSCredentials("AKIDTEST", "secret"));
        using var provider = new AwsKmsKekProvider(services, TimeProvider.System);
        var recipient = new Recipient { Algorithm = RecipientAlgorithm.AwsKms, Kid = Key, IssuedAt = 0, WrappedKey = new byte[100] };
        return await Assert.ThrowsAsync<EnvelopeException>(
            async () => await provider.UnwrapAsync(recipient, Context, CancellationToken.None));
    }
}
