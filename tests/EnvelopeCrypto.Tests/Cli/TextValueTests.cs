using System.Text;

namespace EnvelopeCrypto.Tests.Cli;

public sealed class TextValueTests : IDisposable
{
    private readonly ToolBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Theory]
    [InlineData("a secret: ü\n", "a secret: ü\n")]
    [InlineData("no newline", "no newline\n")]
    [InlineData("two\n\n", "two\n\n")]
    [InlineData("from Windows\r\n", "from Windows\n")]
    [InlineData("", "\n")]
    public void Value_goes_through_a_pipe_and_comes_back(string input, string output)
    {
        var token = Protect(input);
        Assert.StartsWith("evc1.", token, StringComparison.Ordinal);
        var opened = _bench.Feed(Encoding.UTF8.GetBytes(token + "\n"), "unprotect", "--text").RequireDone();
        Assert.Equal(output, opened.Text);
        Assert.Empty(_bench.Files);
    }

    [Fact]
    public void Context_is_bound_and_can_be_required()
    {
        var token = Encoding.UTF8.GetBytes(Protect("x", "--context", "app=shop"));
        Assert.Equal("x\n", _bench.Feed(token, "unprotect", "--text", "-", "--required-context", "app=shop").RequireDone().Text);
        var refused = _bench.Feed(token, "unprotect", "--text", "--required-context", "app=other");
        refused.RequireError(EnvelopeError.ContextMismatch);
        Assert.Empty(refused.Output);
    }

    [Theory]
    [InlineData(EnvelopeError.NotAToken, "hello")]
    [InlineData(EnvelopeError.TokenInvalid, "evc1.hello")]
    [InlineData(EnvelopeError.TokenInvalid, " evc1.a.b.c")]
    [InlineData(EnvelopeError.UnsupportedVersion, "evc2.a.b.c")]
    public void What_is_no_token_is_one_line_and_no_output(EnvelopeError error, string text)
    {
        var run = _bench.Feed(Encoding.UTF8.GetBytes(text), "unprotect", "--text");
        run.RequireError(error);
        Assert.Empty(run.Output);
    }

    [Fact]
    public void What_cannot_be_a_value_is_refused()
    {
        _bench.Feed([0xff], "protect", "--text", "--kek", ToolBench.Kek).RequireError(EnvelopeError.ValueUnsupported);
        _bench.Feed(new byte[5 * 1024 * 1024], "protect", "--text", "--kek", ToolBench.Kek).RequireError(EnvelopeError.ValueUnsupported);
        _bench.Feed(Encoding.UTF8.GetBytes(Protect("x")), "protect", "--text", "--kek", ToolBench.Kek)
            .RequireError(EnvelopeError.AlreadyAToken);
    }

    [Theory]
    [InlineData("protect", "a", "--text", "--kek", ToolBench.Kek)]
    [InlineData("protect", "--text", "-o", "b", "--kek", ToolBench.Kek)]
    [InlineData("protect", "--text", "--json", "--kek", ToolBench.Kek)]
    [InlineData("protect", "--text", "--what-if", "--kek", ToolBench.Kek)]
    [InlineData("unprotect", "--text", "--force")]
    [InlineData("unprotect")]
    public void Options_about_files_do_not_go_with_it(params string[] arguments)
    {
        _bench.Run(arguments).RequireWrongUsage();
        Assert.Empty(_bench.Files);
    }

    private string Protect(string value, params string[] more)
    {
        var run = _bench.Feed(Encoding.UTF8.GetBytes(value), ["protect", "--text", "--kek", ToolBench.Kek, .. more]).RequireDone();
        return Assert.Single(run.Lines);
    }
}
