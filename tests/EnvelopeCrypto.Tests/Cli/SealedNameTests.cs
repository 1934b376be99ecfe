namespace EnvelopeCrypto.Tests.Cli;

public sealed class SealedNameTests : IDisposable
{
    private readonly ToolBench _bench = new();

    public SealedNameTests() => Directory.CreateDirectory(_bench["vault/sub"]);

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void Envelope_under_any_name_is_restored_from_a_tree_by_its_sealed_name()
    {
        _bench.Write("app.conf", "12345");
        _bench.Write("other", "1");
        Protect("app.conf", "-o", "vault/sub/cfg");
        Protect("other", "-o", "vault/");
        _bench.Run("unprotect", "vault", "-r", "-o", "restored").RequireDone();
        Assert.Equal("12345"u8.ToArray(), _bench.Read("restored/sub/app.conf"));
        Assert.Equal("1"u8.ToArray(), _bench.Read("restored/other"));
        Assert.False(File.Exists(_bench["restored/sub/cfg"]));
        _bench.Run("unprotect", "vault", "-r", "-o", "restored", "--update").RequireDone();
    }

    [Fact]
    public void Two_envelopes_of_one_sealed_name_do_not_overwrite_each_other()
    {
        _bench.Write("a", "1");
        Protect("a", "-o", "vault/one");
        Protect("a", "-o", "vault/two");
        _bench.Run("unprotect", "vault", "-r", "-o", "restored", "-q", "--throttle-limit", "1").RequireError(EnvelopeError.DuplicateOutput);
    }

    [Fact]
    public void Envelope_without_a_sealed_name_needs_a_destination()
    {
        _bench.Write("a", "1");
        Protect("a", "-o", "vault/cfg", "--no-metadata");
        _bench.Run("unprotect", "vault", "-r", "-o", "restored", "-q").RequireError(EnvelopeError.DestinationRequired);
        _bench.Run("unprotect", "vault/cfg", "-o", "plain").RequireDone();
    }

    [Fact]
    public void Several_inputs_go_into_a_folder_that_is_made_and_one_into_a_file()
    {
        _bench.Write("a", "1");
        _bench.Write("b", "2");
        Protect("a", "b", "-o", "made");
        Protect("a", "-o", "file");
        Assert.True(File.Exists(_bench["made/a.evc"]) && File.Exists(_bench["made/b.evc"]) && File.Exists(_bench["file"]));
    }

    private void Protect(params string[] arguments) => _bench.Run(["protect", .. arguments, "--kek", ToolBench.Kek]).RequireDone();
}
