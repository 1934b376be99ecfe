using EnvelopeCrypto.Aws.Tests.Support;
using EnvelopeCrypto.Files;
using EnvelopeCrypto.Format;
using EnvelopeCrypto.Keys;

namespace EnvelopeCrypto.Aws.Tests;

public sealed class FileTests : KmsBench
{
    [Fact]
    public async Task A_file_is_protected_inspected_verified_and_opened_with_a_call_each()
    {
        var key = await Service.AddKeyAsync(Here);
        var envelope = await ProtectAsync(Session(), [key]);
        Service.RequireCalls(("GenerateDataKey", 1));
        var recipient = Assert.Single(await RecipientsAsync(envelope));
        Assert.Equal((RecipientAlgorithm.AwsKms, key), (recipient.Algorithm, recipient.Kid));

        var verified = await new VerifyOperation(Session(), new VerifyOptions()).VerifyFileAsync(
            envelope, progress: null, CancellationToken.None);
        Assert.True(verified.Valid, verified.Reason);
        Assert.Equal(key, await OpenAsync(Session(), envelope));
        Service.RequireCalls(("GenerateDataKey", 1), ("Decrypt", 2));
    }

    [Fact]
    public async Task Further_keys_wrap_the_same_data_key_and_each_opens_the_file()
    {
        var (first, second) = (await Service.AddKeyAsync(Here), await Service.AddKeyAsync(Here));
        var envelope = await ProtectAsync(Session(), [first, second, "local:offline"]);
        Service.RequireCalls(("GenerateDataKey", 1), ("Encrypt", 1));
        Assert.Equal(first, await OpenAsync(Session(allowed: [first]), envelope));
        Assert.Equal(second, await OpenAsync(Session(allowed: [second]), envelope));
        Assert.Equal("local:offline", await OpenAsync(Session(), envelope));
        Service.RequireCalls(("GenerateDataKey", 1), ("Encrypt", 1), ("Decrypt", 2));
    }

    [Fact]
    public async Task The_context_goes_with_every_call_and_every_decryption_names_its_key()
    {
        var server = Service.Own;
        var (old, fresh) = (await Service.AddKeyAsync(Here), await Service.AddKeyAsync(Here));
        var envelope = await ProtectAsync(Session(), [old]);
        await RewrapAsync(Session(), envelope, fresh);
        await OpenAsync(Session(), envelope);
        Assert.Equal(0, server.Calls.OpenEnded);
        Assert.All(server.Calls.All, call => Assert.Equal(Context, call.Context.OrderBy(pair => pair.Key, StringComparer.Ordinal)));
        Assert.Equal(
            Context, Assert.Single(server.Calls.Of("ReEncrypt")).DestinationContext.OrderBy(pair => pair.Key, StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_file_without_a_context_works_too()
    {
        var key = await Service.AddKeyAsync(Here);
        await OpenAsync(Session(), await ProtectAsync(Session(), [key], EncryptionContext.Empty));
    }

    [Theory]
    [InlineData("alias/nightly")]
    [InlineData("aws-kms:alias/nightly")]
    [InlineData("ID")]
    [InlineData("ALIAS-ARN")]
    public async Task An_alias_or_id_is_resolved_once_in_a_run_and_the_ARN_is_stored(string reference)
    {
        var alias = $"alias/nightly-{Guid.NewGuid():N}";
        var key = await Service.AddKeyAsync(Here, alias: alias);
        reference = reference switch
        {
            "ID" => "aws-kms:" + key[(key.LastIndexOf('/') + 1)..],
            "ALIAS-ARN" => key[..key.IndexOf(":key/", StringComparison.Ordinal)] + ":" + alias,
            _ => reference.Replace("alias/nightly", alias, StringComparison.Ordinal),
        };
        var session = Session(allowed: [reference]);
        var envelopes = await Task.WhenAll(Enumerable.Range(0, 5).Select(i => ProtectAsync(session, [reference], name: $"f{i}")));
        foreach (var envelope in envelopes)
            Assert.Equal(key, await OpenAsync(session, envelope));
        Service.RequireCalls(("DescribeKey", 1), ("GenerateDataKey", 5), ("Decrypt", 5));
    }

    [Fact]
    public async Task A_key_of_another_Region_is_asked_in_its_own()
    {
        var server = Service.Own;
        var key = await Service.AddKeyAsync(There);
        var envelope = await ProtectAsync(Session(), [key]);
        Assert.Equal(key, await OpenAsync(Session(region: "us-east-1"), envelope));
        Assert.All(server.Calls.All, call => Assert.Equal(There, call.Region));
    }

    [Fact]
    public async Task Many_files_at_once_share_one_client()
    {
        var key = await Service.AddKeyAsync(Here);
        var session = Session();
        var envelopes = await Task.WhenAll(
            Enumerable.Range(0, 60).Select(i => Task.Run(() => ProtectAsync(session, [key], name: $"f{i}"))));
        await Task.WhenAll(envelopes.Select(envelope => Task.Run(() => OpenAsync(session, envelope))));
        Service.RequireCalls(("GenerateDataKey", 60), ("Decrypt", 60));
    }

    [Fact]
    public async Task Files_of_one_data_key_need_one_call_and_one_to_open_them_all()
    {
        var key = await Service.AddKeyAsync(Here);
        var session = Session();
        var operation = new ProtectOperation(
            session, new ProtectOptions { Keks = [KekReference.Parse(key)], Context = Context, FilesPerDataKey = 10 });
        var paths = Enumerable.Range(0, 20).Select(i => Write($"f{i}")).ToList();
        foreach (var path in paths)
            await operation.ProtectFileAsync(path, path + ".evc", progress: null, CancellationToken.None);
        foreach (var path in paths)
            await OpenAsync(session, path + ".evc");
        Service.RequireCalls(("GenerateDataKey", 2), ("Decrypt", 2));
    }

    [Fact]
    public async Task A_data_key_can_be_made_whose_plaintext_never_leaves_the_service()
    {
        var key = await Service.AddKeyAsync(Here);
        var session = Session();
        var kek = Assert.Single(await session.OpenAsync([KekReference.Parse(key)], CancellationToken.None));
        var recipient = await session.GenerateWithoutPlaintextAsync(kek, Context, path: null, CancellationToken.None);
        Service.RequireCalls(("GenerateDataKeyWithoutPlaintext", 1));
        using var opened = await session.UnwrapAsync([recipient], new KeySubject(Context), _ => true, CancellationToken.None);
        Assert.Equal(key, opened.OpenedBy.Kid);
    }
}
