using EnvelopeCrypto.Aws.Tests.Support;
using EnvelopeCrypto.Keys;
using EnvelopeCrypto.KmsServer;
using EnvelopeCrypto.KmsServer.Callers;
using EnvelopeCrypto.Tests.Support;

namespace EnvelopeCrypto.Aws.Tests;

public sealed class KeysAsAServiceTests : KmsBench
{
    private readonly KekReference _alias = KekReference.Parse($"alias/made-{Guid.NewGuid():N}");

    [Fact]
    public async Task A_key_is_made_with_its_alias_and_made_once()
    {
        Service.SkipOn(KmsUnderTest.Moto, "It keeps no rotation period.");
        var wanted = new AwsKmsKekSpecification
        {
            Description = "nightly backups",
            EnableRotation = true,
            RotationPeriodInDays = 180,
            MultiRegion = true,
            Tags = new Dictionary<string, string>(StringComparer.Ordinal) { ["team"] = "storage" },
        };
        using var keks = Keks();
        var made = await keks.CreateAsync(_alias, wanted, CancellationToken.None);
        Assert.True(made.IsNew);
        Assert.Equal(
            ("nightly backups", "Enabled", "SYMMETRIC_DEFAULT", true), (made.Description, made.State, made.KeySpec, made.MultiRegion));
        Assert.Equal([_alias.Id], made.Aliases);
        Assert.Equal((true, 180), (made.RotationEnabled, made.RotationPeriodInDays));
        Assert.InRange(made.NextRotation!.Value, WallClock.Now.AddDays(179), WallClock.Now.AddDays(181));

        var again = await keks.CreateAsync(_alias, wanted, CancellationToken.None);
        Assert.Equal((false, made.Reference), (again.IsNew, again.Reference));
        if (Service.IsOwn)
            Assert.Equal((1, 1), (Service.Own.Calls.Count("CreateKey"), Service.Own.Calls.Count("EnableKeyRotation")));
        Assert.Equal(made.Reference, await OpenAsync(Session(), await ProtectAsync(Session(), [_alias.Text])));
    }

    [Fact]
    public async Task A_second_run_enables_what_the_first_did_not()
    {
        using var keks = Keks();
        Assert.False((await keks.CreateAsync(_alias, new AwsKmsKekSpecification(), CancellationToken.None)).RotationEnabled);
        Assert.True(
            (await keks.CreateAsync(_alias, new AwsKmsKekSpecification { EnableRotation = true }, CancellationToken.None)).RotationEnabled);
    }

    [Fact]
    public async Task An_alias_of_another_kind_of_key_is_taken()
    {
        using var keks = Keks();
        await keks.CreateAsync(_alias, new AwsKmsKekSpecification { KeySpec = "RSA_2048" }, CancellationToken.None);
        await RefusedAsync(EnvelopeError.KekExists, () => keks.CreateAsync(_alias, new AwsKmsKekSpecification(), CancellationToken.None));
        await RefusedAsync(EnvelopeError.KekExists, () => keks.CreateAsync(_alias, new AwsKmsKekSpecification { KeySpec = "RSA_2048", MultiRegion = true }, CancellationToken.None));
    }

    [Fact]
    public async Task Whoever_comes_second_takes_the_key_of_the_first_and_leaves_none_behind()
    {
        var server = Service.Own;
        var held = server.Faults.Hold(1, "CreateAlias");
        using var slow = Keks();
        using var fast = Keks();
        var second = slow.CreateAsync(_alias, new AwsKmsKekSpecification(), CancellationToken.None);
        await held.Arrived;
        var first = await fast.CreateAsync(_alias, new AwsKmsKekSpecification(), CancellationToken.None);
        held.Release();
        Assert.Equal(first.Reference, (await second).Reference);
        Assert.Equal((2, 1), (server.Calls.Count("CreateKey"), server.Calls.Count("ScheduleKeyDeletion")));
    }

    [Fact]
    public async Task A_key_whose_alias_cannot_be_made_is_taken_back()
    {
        var server = Service.Own;
        server.Faults.Reject(new KmsFailure("LimitExceededException", "Alias quota."), int.MaxValue, "CreateAlias");
        using var keks = Keks();
        await RefusedAsync(
            EnvelopeError.KeyServiceFailed, () => keks.CreateAsync(_alias, new AwsKmsKekSpecification(), CancellationToken.None));
        Assert.Equal(1, server.Calls.Count("ScheduleKeyDeletion"));
    }

    [Fact]
    public async Task A_key_that_has_its_alias_is_never_taken_back_though_the_answer_was_lost()
    {
        var server = Service.Own;
        server.Faults.CutOff(operation: "CreateAlias");
        using var keks = Keks();
        var made = await keks.CreateAsync(_alias, new AwsKmsKekSpecification(), CancellationToken.None);
        Assert.Equal(("Enabled", 0), (made.State, server.Calls.Count("ScheduleKeyDeletion")));
        Assert.Equal([_alias.Id], made.Aliases);
    }

    [Fact]
    public async Task A_new_key_that_is_not_known_everywhere_yet_is_waited_for()
    {
        Service.Own.Faults.Reject(new KmsFailure("NotFoundException", "Key does not exist"), operation: "CreateAlias");
        using var keks = Keks();
        Assert.Equal([_alias.Id], (await keks.CreateAsync(_alias, new AwsKmsKekSpecification(), CancellationToken.None)).Aliases);
    }

    [Fact]
    public async Task Rotation_keeps_the_ARN_and_older_files_open()
    {
        Service.SkipOn(KmsUnderTest.Moto, "It rotates RSA keys.");
        using var keks = Keks();
        var key = (await keks.CreateAsync(_alias, new AwsKmsKekSpecification(), CancellationToken.None)).Reference;
        var envelope = await ProtectAsync(Session(), [key]);
        Assert.Equal(key, (await keks.RotateAsync(_alias, CancellationToken.None)).Reference);
        Assert.Equal(key, await OpenAsync(Session(), envelope));
        var rsa = KekReference.Parse(await Service.AddKeyAsync(Here, "RSA_2048"));
        await RefusedAsync(EnvelopeError.KekUnsuitable, () => keks.RotateAsync(rsa, CancellationToken.None));
    }

    [Fact]
    public async Task A_description_shows_what_the_caller_may_see()
    {
        var server = Service.Own;
        var key = await Service.AddKeyAsync(Here);
        var reader = server.Callers.AddUser("reader", AwsServer.DefaultAccount, PolicyDocument.Parse(
            """{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"kms:DescribeKey","Resource":"*"}]}"""));
        using var keks = new AwsKmsKeks(Services(reader));
        var info = await keks.DescribeAsync(KekReference.Parse(key), CancellationToken.None);
        Assert.Equal((key, "Enabled"), (info.Reference, info.State));
        Assert.Null(info.Aliases);
        Assert.Null(info.RotationEnabled);
    }

    [Theory]
    [InlineData("aws-kms:mrk-00000000000000000000000000000000", EnvelopeError.KekReferenceInvalid)]
    [InlineData("alias/aws/s3", EnvelopeError.KekReferenceInvalid)]
    public async Task Only_a_free_alias_names_a_new_key(string reference, EnvelopeError error)
    {
        using var keks = Keks();
        await RefusedAsync(
            error, () => keks.CreateAsync(KekReference.Parse(reference), new AwsKmsKekSpecification(), CancellationToken.None));
    }

    [Fact]
    public async Task What_no_KEK_can_be_is_refused_before_anything_is_made()
    {
        using var keks = Keks();
        foreach (var wanted in new AwsKmsKekSpecification[]
        {
            new() { KeySpec = "ECC_NIST_P256" },
            new() { KeySpec = "RSA_2048", EnableRotation = true },
            new() { RotationPeriodInDays = 89 },
        })
        {
            await RefusedAsync(EnvelopeError.KekUnsuitable, () => keks.CreateAsync(_alias, wanted, CancellationToken.None));
        }
        Service.RequireCalls();
    }

    private AwsKmsKeks Keks() => new(Services());
}
