using Xunit.Sdk;

namespace EnvelopeCrypto.Tests.Support;

public sealed class TupleAssertTests
{
    private readonly string _name = "evc1";
    private readonly int? _length = 12;

    [Fact]
    public void Equal_tuples_pass()
    {
        Assert.Equal(("evc1", 12), (_name, _length));
        Assert.Equal((null, 12, "evc1", 1), ((string?)null, _length, _name, 1));
    }

    [Fact]
    public void A_failure_names_the_element_that_differs_and_no_other()
    {
        var failure = Assert.Throws<XunitException>(() => Assert.Equal(("evc1", 13, true), (_name, _length, _length > 1)));

        Assert.Equal(
            """
            Assert.Equal() Failure: Tuples differ
            _length: Values differ
            Expected: 13
            Actual:   12
            """,
            failure.Message,
            ignoreLineEndingDifferences: true);
    }

    [Fact]
    public void A_failure_names_every_element_that_differs()
    {
        var failure = Assert.Throws<XunitException>(() => Assert.Equal(("evc2", 12, 3), (_name, _length, _name.Length)));

        Assert.Contains("\n_name: Strings differ", failure.Message, StringComparison.Ordinal);
        Assert.Contains("\n_name.Length: Values differ", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("_length", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Lists_in_tuples_are_compared_by_what_they_hold()
    {
        Assert.Equal((1, [2, 3]), (1, Numbers(2, 3)));
        Assert.Throws<XunitException>(() => Assert.Equal((1, [2, 3]), (1, Numbers(2, 4))));
    }

    [Fact]
    public void Of_a_call_that_gives_a_tuple_the_element_has_a_number()
    {
        var failure = Assert.Throws<XunitException>(() => Assert.Equal((1, 2), Pair(1, 3)));

        Assert.Contains("\nPair(1, 3).Item2: Values differ", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("(a, b)", "a", "b")]
    [InlineData("(f(1, 2), b[3, 4])", "f(1, 2)", "b[3, 4]")]
    [InlineData("(f(\"x, ) \\\" y\"), ',')", "f(\"x, ) \\\" y\")", "','")]
    [InlineData("(a is { X: 1, Y: 2 }, b)", "a is { X: 1, Y: 2 }", "b")]
    [InlineData("(a,\n    b)", "a", "b")]
    [InlineData("((a, b), c)", "(a, b)", "c")]
    [InlineData("Pair(a, b)")]
    [InlineData("(a, b).Pair(c)")]
    public void A_tuple_is_cut_where_its_elements_part(string text, params string[] elements) =>
        Assert.Equal(elements, TupleText.ElementsOf(text), StringComparer.Ordinal);

    private static int[] Numbers(params int[] numbers) => numbers;

    private static (int, int) Pair(int first, int second) => (first, second);
}
