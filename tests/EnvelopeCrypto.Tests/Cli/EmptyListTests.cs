namespace EnvelopeCrypto.Tests.Cli;

/// <summary>A list of KEKs that names none is a mistake: taken for no list, it would allow what it was to forbid.</summary>
public sealed class EmptyListTests : IDisposable
{
    private readonly ToolBench _bench = new();

    public EmptyListTests()
    {
        _bench.Write("a", "hello");
        _bench.Run("protect", "a", "--kek", ToolBench.Kek, "-q").RequireDone();
    }

    public void Dispose() => _bench.Dispose();

    [Theory]
    [InlineData("ENVELOPECRYPTO_ALLOWED_KEK", " ; ")]
    [InlineData("ENVELOPECRYPTO_ALLOWED_KEK", ";")]
    [InlineData("ENVELOPECRYPTO_ALLOWED_KEK", " ")]
    [InlineData("ENVELOPECRYPTO_KEK", " ; ")]
    public void Variable_that_names_no_KEK_is_refused(string variable, string value)
    {
        foreach (var command in new string[][] { ["verify", "a.evc"], ["unprotect", "a.evc", "-o", "b"], ["rewrap", "a.evc", "--new-kek", ToolBench.Kek] })
        {
            var line = _bench.RunWith([], [(variable, value)], command).RequireError(EnvelopeError.KekReferenceInvalid, ToolRun.WrongUsage);
            Assert.Contains(variable, line, StringComparison.Ordinal);
        }
        Assert.Equal(["a", "a.evc"], _bench.Files);
    }

    [Fact]
    public void Variable_that_names_no_KEK_to_encrypt_for_is_refused() =>
        _bench.RunWith([], [("ENVELOPECRYPTO_KEK", " ; ")], "protect", "a", "-o", "b.evc")
            .RequireError(EnvelopeError.KekReferenceInvalid, ToolRun.WrongUsage);

    [Theory]
    [InlineData("")]
    [InlineData(";local:daily; ;")]
    public void Variable_without_text_is_not_set_and_gaps_in_a_list_are_none(string value) =>
        _bench.RunWith([], [("ENVELOPECRYPTO_ALLOWED_KEK", value)], "verify", "a.evc").RequireDone();
}
