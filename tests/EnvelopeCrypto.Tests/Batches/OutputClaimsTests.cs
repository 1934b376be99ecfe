using EnvelopeCrypto.Batches;

namespace EnvelopeCrypto.Tests.Batches;

public sealed class OutputClaimsTests
{
    private readonly OutputClaims _claims = new();

    [Fact]
    public void Second_claimant_is_told_of_the_first()
    {
        Assert.Equal((null, false), TryClaim("/out/a.evc", "/in/a"));
        Assert.Equal((Native("/in/a"), false), TryClaim("/out/a.evc", "/other/a"));
        Assert.Equal((null, false), TryClaim("/out/b.evc", "/in/b"));
    }

    [Theory]
    [InlineData("/out/a.txt", "/out/A.txt")]
    [InlineData("/out/a.txt", "/OUT/a.txt")]
    [InlineData("/out/\u00c9", "/out/\u00e9")]
    public void Names_that_differ_in_case_are_twins(string first, string second)
    {
        TryClaim(first, "/in/one");
        Assert.Equal((Native("/in/one"), true), TryClaim(second, "/in/two"));
    }

    [Theory]
    [InlineData("/out/caf\u00e9", "/out/cafe\u0301")]
    [InlineData("/out/CAF\u00c9", "/out/cafe\u0301")]
    public void Names_that_differ_in_normal_form_are_twins(string first, string second)
    {
        TryClaim(first, "/in/one");
        Assert.Equal((Native("/in/one"), true), TryClaim(second, "/in/two"));
    }

    [Theory]
    [InlineData("/out/a b", "/out/a  b")]
    [InlineData("/out/ß", "/out/ss")]
    public void Other_names_are_no_twins(string first, string second)
    {
        TryClaim(first, "/in/one");
        Assert.Null(TryClaim(second, "/in/two").First);
    }

    [Fact]
    public void Output_of_the_run_is_known_by_its_exact_name()
    {
        TryClaim("/t/a.evc", "/t/a");
        TryClaim("/t/same", "/t/same");
        Assert.True(_claims.IsOutput(Native("/t/a.evc"), out _));
        Assert.False(_claims.IsOutput(Native("/t/A.evc"), out _));
        Assert.False(_claims.IsOutput(Native("/t/a"), out _));
        Assert.False(_claims.IsOutput(Native("/t/same"), out _)); // work that writes no output claims its input
    }

    [Theory]
    [InlineData("/a")]
    [InlineData("relative")]
    [InlineData("/in/\ud83d\ude00 caf\u00e9\n")]
    public void First_claimant_is_named_as_it_came(string source)
    {
        TryClaim("/out", source);
        Assert.Equal(Native(source), TryClaim("/out", "/second").First);
    }

    [Fact]
    public void Name_longer_than_a_block_is_kept()
    {
        var long1 = "/in/" + new string('x', 60_000);
        TryClaim("/out/1", "/in/small");
        TryClaim("/out/2", long1);
        TryClaim("/out/3", "/in/last");
        Assert.Equal(Native(long1), TryClaim("/out/2", "/x").First);
        Assert.Equal(Native("/in/last"), TryClaim("/out/3", "/x").First);
    }

    [Theory]
    [InlineData(400, 160)] // in one block
    [InlineData(400, 255)] // over two
    [InlineData(257, 256)] // one fills a block to its end, and one more comes
    public void Many_long_names_are_each_told_as_they_came(int count, int length)
    {
        var sources = Enumerable.Range(0, count).Select(i => $"/in/{i:d4}{new string((char)('a' + (i % 26)), length - 4)}").ToArray();
        for (var i = 0; i < count; i++)
            Assert.Null(TryClaim($"/out/{i}", sources[i]).First);
        var told = Enumerable.Range(0, count).Select(i => TryClaim($"/out/{i}", "/second").First).ToArray();
        Assert.Equal(sources.Select(Native), told, StringComparer.Ordinal);
    }

    [Fact]
    public void One_of_many_threads_gets_the_claim()
    {
        var winners = 0;
        Parallel.For(0, 2000, number =>
        {
            if (TryClaim($"/out/{number / 4}", $"/in/{number}").First is null)
                Interlocked.Increment(ref winners);
        });
        Assert.Equal(500, winners);
    }

    private (string? First, bool IsTwin) TryClaim(string output, string source) => _claims.TryClaim(Native(output), Native(source));

    // As a path comes on this system.
    private static string Native(string path) => path.Replace('/', Path.DirectorySeparatorChar);
}
