using Amazon.KeyManagementService;
using Amazon.KeyManagementService.Model;
using Amazon.Runtime;

namespace EnvelopeCrypto.Aws.Tests.KmsServer;

/// <summary>What goes wrong when it is told to.</summary>
public sealed class FaultTests : ServerTests
{
    [Fact]
    public async Task Throttled_calls_are_tried_again_and_counted()
    {
        var key = Server.AddKey(ServerClients.Region);
        Server.Faults.Throttle(times: 2, "GenerateDataKey");
        using var patient = Server.Kms(retries: 3);
        await GenerateAsync(patient, key);
        Assert.Equal(3, Server.Calls.Count("GenerateDataKey"));
        Assert.Equal(
            ["ThrottlingException", "ThrottlingException", null], Server.Calls.All.Select(call => call.Error), StringComparer.Ordinal);
    }

    [Fact]
    public async Task A_fault_is_for_its_operation_and_its_number_of_calls()
    {
        var key = Server.AddKey(ServerClients.Region);
        Server.Faults.Break(times: 1, "GenerateDataKey");
        await Kms.DescribeKeyAsync(new DescribeKeyRequest { KeyId = key });
        await Assert.ThrowsAsync<KMSInternalException>(() => GenerateAsync(Kms, key));
        await GenerateAsync(Kms, key);
    }

    [Fact]
    public async Task An_answer_that_is_cut_off_is_an_error()
    {
        var key = Server.AddKey(ServerClients.Region);
        // The SDK tries a broken connection again even where it may not retry (MaxStaleConnectionRetries).
        Server.Faults.CutOff(int.MaxValue);
        // Whose it is depends on whether the adapter gave the SDK its HTTP clients, which it does once in a process.
        var failure = await Assert.ThrowsAnyAsync<Exception>(() => GenerateAsync(Kms, key));
        Assert.True(failure is AmazonUnmarshallingException or IOException, failure.ToString());
        Assert.All(Server.Calls.All, call => Assert.Equal("CutOff", call.Error));
    }

    [Fact]
    public async Task A_held_call_waits_for_its_release_or_for_its_client_to_go()
    {
        var key = Server.AddKey(ServerClients.Region);
        var held = Server.Faults.Hold();
        var call = GenerateAsync(Kms, key);
        await held.Arrived;
        Assert.False(call.IsCompleted);
        held.Release();
        await call;

        var again = Server.Faults.Hold();
        using var stop = new CancellationTokenSource();
        var left = Kms.DescribeKeyAsync(new DescribeKeyRequest { KeyId = key }, stop.Token);
        await again.Arrived;
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => left);
        await again.Abandoned;
    }

    [Fact]
    public async Task Answers_can_be_false()
    {
        var (key, other) = (Server.AddKey(ServerClients.Region), Server.AddKey(ServerClients.Region));
        Server.Faults.NameOtherKey(other);
        Assert.Equal(other, (await GenerateAsync(Kms, key)).KeyId);
        Server.Faults.ChangePlaintextLength(31);
        var made = await GenerateAsync(Kms, key);
        Assert.Equal(31, made.Plaintext.Length);
        Server.Faults.NameOtherSourceKey(other);
        var again = await Kms.ReEncryptAsync(new() { CiphertextBlob = made.CiphertextBlob, SourceKeyId = key, DestinationKeyId = key });
        Assert.Equal(other, again.SourceKeyId);
    }

    [Fact]
    public async Task The_log_forgets_when_told()
    {
        await GenerateAsync(Kms, Server.AddKey(ServerClients.Region));
        Assert.Equal(1, Server.Calls.Counts()["GenerateDataKey"]);
        using var http = new HttpClient();
        Assert.Equal("""{"total":1,"openEnded":0,"operations":{"GenerateDataKey":1}}""", await http.GetStringAsync($"{Server.Address}/_calls"));
        await http.PostAsync($"{Server.Address}/_reset", content: null);
        Assert.Equal(0, Server.Calls.Total);
    }

    private static Task<GenerateDataKeyResponse> GenerateAsync(AmazonKeyManagementServiceClient kms, string key) =>
        kms.GenerateDataKeyAsync(new() { KeyId = key, KeySpec = DataKeySpec.AES_256 });
}
