using EnvelopeCrypto.Tests.Cli;

namespace EnvelopeCrypto.Aws.Tests.Tool;

public sealed class ToolTests : KmsToolBench
{
    [Fact]
    public void A_file_goes_from_key_to_key_and_to_the_keyring_and_back()
    {
        Run("kek", "new", "alias/first", "--description", "nightly", "--tag", "team=storage").RequireDone();
        var second = Run("kek", "new", "alias/second", "--json").RequireDone().Json[0].GetProperty("kek").GetString()!;
        Run("protect", "a", "--kek", "alias/first", "--context", "purpose=backup").RequireDone();
        Assert.Equal("Exists", Run("kek", "new", "alias/first", "--json").RequireDone().Json[0].GetProperty("status").GetString());

        var rewrapped = Run("rewrap", "a.evc", "--old-kek", "alias/first", "--new-kek", "alias/second", "--json").RequireDone().Json[0];
        Assert.Equal("ReEncrypt", rewrapped.GetProperty("method").GetString());
        Assert.Equal(second, Run("inspect", "a.evc", "--json").RequireDone().Json[0].GetProperty("kek")[0].GetString());
        Run("verify", "a.evc").RequireDone();
        Run("rewrap", "a.evc", "--new-kek", ToolBench.Kek).RequireDone();
        Run("rewrap", "a.evc", "--new-kek", second).RequireDone();
        Run("unprotect", "a.evc", "-o", "b").RequireDone();
        Assert.Equal("hello", File.ReadAllText(Bench["b"]));
        Assert.Equal(0, Server.Calls.OpenEnded);
    }

    [Fact]
    public void Keys_are_listed_and_rotated_beside_those_of_the_keyring()
    {
        Run("kek", "new", "alias/backup", "--enable-rotation", "--rotation-period-in-days", "180").RequireDone();
        Run("kek", "rotate", "alias/backup").RequireDone();
        var keks = Run("kek", "list", "alias/backup", ToolBench.Kek, "--json").RequireDone().Json;
        Assert.Equal(("Enabled", 180), (keks[0].GetProperty("state").GetString(), keks[0].GetProperty("rotationPeriodInDays").GetInt32()));
        Assert.Equal(ToolBench.Kek, keks[1].GetProperty("kek").GetString());
        Assert.Contains(
            "rotates every 180 days", Assert.Single(Run("kek", "list", "alias/backup").RequireDone().Lines), StringComparison.Ordinal);
        Run("kek", "list", "alias/none").RequireError(EnvelopeError.KekNotFound);
    }

    [Fact]
    public void Options_of_one_kind_of_KEK_are_refused_for_the_other()
    {
        Run("kek", "new", "alias/a", "--unprotected").RequireWrongUsage();
        Run("kek", "new", "local:a", "--unprotected", "--multi-region").RequireWrongUsage();
        Run("kek", "remove", "alias/a").RequireError(EnvelopeError.KekUnsuitable);
        Assert.Equal(0, Server.Calls.Total);
    }

    [Fact]
    public void Region_and_endpoint_come_from_options_before_variables()
    {
        var key = Server.AddKey("us-east-1");
        RunWith(
            [("AWS_ENDPOINT_URL", "http://127.0.0.1:9"), .. Keys(Server.Root)],
            "protect",
            "a",
            "--kek",
            "aws-kms:" + key[(key.LastIndexOf('/') + 1)..],
            "--region",
            "us-east-1",
            "--endpoint-url",
            Server.Address).RequireDone();
        Assert.Equal("us-east-1", Server.Calls.Of("GenerateDataKey")[0].Region);
        RunWith([("AWS_REGION", ""), ("AWS_DEFAULT_REGION", "us-east-1"), .. Keys(Server.Root)], "verify", "a.evc").RequireDone();
        RunWith([("AWS_REGION", ""), .. Keys(Server.Root)], "protect", "a", "--kek", "alias/a", "--force")
            .RequireError(EnvelopeError.RegionRequired, exitCode: 2);
        Run("protect", "a", "--kek", "alias/a", "--endpoint-url", "http://kms.example.com", "--force")
            .RequireError(EnvelopeError.ConnectionInvalid, exitCode: 2);
    }

    [Fact]
    public void STS_is_asked_where_a_KMS_is_that_is_not_AWSs_own_unless_it_has_an_endpoint_of_its_own()
    {
        var key = Server.AddKey(Region);
        // Where nobody answers: AWS itself is asked by way of it, if it is asked at all.
        const string nobody = "http://127.0.0.1:9";
        (string, string)[] kms =
            [("AWS_ENDPOINT_URL_KMS", Server.Address), ("HTTPS_PROXY", nobody), ("AWS_MAX_ATTEMPTS", "1"), .. Keys(Server.Root)];
        RunWith([("AWS_ENDPOINT_URL", ""), .. kms], "protect", "a", "--kek", key).RequireDone();
        RunWith([("AWS_ENDPOINT_URL", ""), .. kms], "verify", "a.evc").RequireDone();
        Assert.Single(Server.Calls.Of("GetCallerIdentity"));

        RunWith([("AWS_ENDPOINT_URL", nobody), .. kms], "verify", "a.evc").RequireError(EnvelopeError.KeyServiceUnreachable);
        RunWith([("AWS_ENDPOINT_URL", ""), ("AWS_ENDPOINT_URL_STS", nobody), .. kms], "verify", "a.evc")
            .RequireError(EnvelopeError.KeyServiceUnreachable);
        RunWith([("AWS_ENDPOINT_URL", ""), ("AWS_ENDPOINT_URL_STS", nobody), .. kms], "verify", "a.evc", "--endpoint-url", Server.Address)
            .RequireError(EnvelopeError.KeyServiceUnreachable);
        Assert.Single(Server.Calls.Of("GetCallerIdentity"));
        RunWith([("AWS_ENDPOINT_URL", ""), ("AWS_ENDPOINT_URL_STS", Server.Address), .. kms], "verify", "a.evc").RequireDone();
    }

    [Fact]
    public void STS_is_asked_where_the_profile_has_a_KMS_that_is_not_AWSs_own()
    {
        var key = Server.AddKey(Region);
        var configuration = Configuration(
            $"[profile lab]\naws_access_key_id = {Server.Root.AccessKeyId}\naws_secret_access_key = {Server.Root.SecretAccessKey}\n"
            + $"services = lab\n[services lab]\nkms =\n  endpoint_url = {Server.Address}\n");
        (string, string)[] variables =
            [("AWS_ENDPOINT_URL", ""), configuration, ("HTTPS_PROXY", "http://127.0.0.1:9"), ("AWS_MAX_ATTEMPTS", "1")];
        RunWith(variables, "protect", "a", "--kek", key, "--profile-name", "lab").RequireDone();
        RunWith(variables, "verify", "a.evc", "--profile-name", "lab").RequireDone();
        RunWith([("AWS_PROFILE", "lab"), .. variables], "verify", "a.evc").RequireDone();
        Assert.Equal(2, Server.Calls.Of("GetCallerIdentity").Count);
    }

    [Fact]
    public void A_preview_asks_no_service()
    {
        Run("protect", "a", "--kek", "alias/never-made", "--what-if").RequireDone();
        Assert.Equal(0, Server.Calls.Total);
    }

    [Fact]
    public void A_FIPS_endpoint_and_a_proxy_are_used_as_the_variables_say()
    {
        var run = RunWith(
            [("AWS_ENDPOINT_URL", ""), ("AWS_USE_FIPS_ENDPOINT", "true"), ("HTTPS_PROXY", Server.Address), ("AWS_MAX_ATTEMPTS", "1"), .. Keys(Server.Root)],
            "protect", "a", "--kek", "alias/a");
        // The server is no proxy: that it was asked to be one is what counts.
        run.RequireError(EnvelopeError.KeyServiceUnreachable);
        Assert.Contains("proxy", run.Errors, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void The_SDK_is_not_there_for_KEKs_that_need_none()
    {
        // A copy of the tool without adapter and SDK, and without the list in which it would be missed.
        var copy = Bench["tool"];
        Directory.CreateDirectory(copy);
        foreach (var file in Directory.EnumerateFiles(AppContext.BaseDirectory, "*.dll").Concat(Directory.EnumerateFiles(AppContext.BaseDirectory, "envelope.runtimeconfig.json")))
        {
            var name = Path.GetFileName(file);
            if (!name.StartsWith("AWSSDK", StringComparison.Ordinal) && name != "EnvelopeCrypto.Aws.dll")
                File.Copy(file, Path.Combine(copy, name));
        }
        Go("protect", "a", "--kek", ToolBench.Kek).RequireDone();
        Go("rewrap", "a.evc", "--new-kek", ToolBench.Kek).RequireDone();
        Go("verify", "a.evc").RequireDone();
        Go("kek", "list").RequireDone();
        Assert.NotEqual(ToolRun.Done, Go("protect", "a", "--kek", "alias/a", "--force").ExitCode);

        ToolRun Go(params string[] arguments)
        {
            using var running = Bench.Start([], ToolBench.Host, [Path.Combine(copy, "envelope.dll"), .. arguments]);
            running.CloseInput();
            return running.Finish();
        }
    }
}
