using EnvelopeCrypto.Aws.Tests.Support;
using EnvelopeCrypto.KmsServer;
using EnvelopeCrypto.KmsServer.Callers;

namespace EnvelopeCrypto.Aws.Tests;

public sealed class AllowListTests : KmsBench
{
    private const string Stranger = "444455556666";

    [Fact]
    public async Task Keys_of_the_own_account_open_files_after_one_question_for_a_run()
    {
        var key = await Service.AddKeyAsync(Here);
        var session = Session(allowed: []);
        string[] envelopes = [await ProtectAsync(session, [key]), await ProtectAsync(session, [key], name: "b"), await ProtectAsync(session, [key], name: "c")];
        await Task.WhenAll(envelopes.Select(envelope => OpenAsync(session, envelope)));
        Service.RequireCalls(("GenerateDataKey", 3), ("GetCallerIdentity", 1), ("Decrypt", 3));
    }

    [Fact]
    public async Task A_strangers_key_is_never_asked_unless_it_is_named()
    {
        var server = Service.Own;
        var open = PolicyDocument.Parse("""{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"kms:*","Resource":"*"}]}""");
        var theirs = server.AddKey(Here, Stranger, policy: open);
        var envelope = await ProtectAsync(Session(), [theirs]);
        server.Calls.Clear();

        await RefusedAsync(EnvelopeError.KekNotAllowed, () => OpenAsync(Session(allowed: []), envelope));
        await RefusedAsync(
            EnvelopeError.KekNotAllowed, () => OpenAsync(Session(allowed: [$"arn:aws:kms:*:{AwsServer.DefaultAccount}:key/*"]), envelope));
        Assert.Equal(0, server.Calls.Count("Decrypt"));
        Assert.Equal(theirs, await OpenAsync(Session(allowed: [theirs]), envelope));
        Assert.Equal(theirs, await OpenAsync(Session(allowed: [$"arn:aws:kms:*:{Stranger}:key/*"]), envelope));
    }

    [Fact]
    public async Task An_account_that_cannot_be_asked_opens_nothing_and_is_asked_once()
    {
        var server = Service.Own;
        var key = await Service.AddKeyAsync(Here);
        var session = Session(allowed: []);
        string[] envelopes = [await ProtectAsync(session, [key]), await ProtectAsync(session, [key], name: "b")];
        server.Faults.Reject(
            new KmsFailure("AccessDenied", "User: arn:aws:iam::1:user/x is not authorized to perform: sts:GetCallerIdentity", 403),
            int.MaxValue,
            "GetCallerIdentity");
        var failure = await RefusedAsync(EnvelopeError.AccessDenied, () => OpenAsync(session, envelopes[0]));
        Assert.Contains("sts:GetCallerIdentity", failure.Message, StringComparison.Ordinal);
        await RefusedAsync(EnvelopeError.NotTried, () => OpenAsync(session, envelopes[1]));
        Assert.Equal((1, 0), (server.Calls.Count("GetCallerIdentity"), server.Calls.Count("Decrypt")));
    }
}
