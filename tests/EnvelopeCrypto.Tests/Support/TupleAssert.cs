using System.Runtime.CompilerServices;
using System.Text;
using Xunit.Sdk;

namespace EnvelopeCrypto.Tests.Support;

/// <summary>
/// xunit's assertions, under their own name in every test (the projects' `Using`): where two tuples are compared, a failure
/// names each element that differs by the expression that gave it, such as `result.Status`.
/// </summary>
internal sealed class TupleAssert : Xunit.Assert
{
    public static void Equal<T1, T2>(
        (T1, T2) expected, (T1, T2) actual, [CallerArgumentExpression(nameof(actual))] string names = "") =>
        AllEqual(
            names,
            () => ElementEqual(expected.Item1, actual.Item1),
            () => ElementEqual(expected.Item2, actual.Item2));

    public static void Equal<T1, T2, T3>(
        (T1, T2, T3) expected, (T1, T2, T3) actual, [CallerArgumentExpression(nameof(actual))] string names = "") =>
        AllEqual(
            names,
            () => ElementEqual(expected.Item1, actual.Item1),
            () => ElementEqual(expected.Item2, actual.Item2),
            () => ElementEqual(expected.Item3, actual.Item3));

    public static void Equal<T1, T2, T3, T4>(
        (T1, T2, T3, T4) expected, (T1, T2, T3, T4) actual, [CallerArgumentExpression(nameof(actual))] string names = "") =>
        AllEqual(
            names,
            () => ElementEqual(expected.Item1, actual.Item1),
            () => ElementEqual(expected.Item2, actual.Item2),
            () => ElementEqual(expected.Item3, actual.Item3),
            () => ElementEqual(expected.Item4, actual.Item4));

    /// <summary>
    /// The expressions in a tuple as it is written; for another expression, such as a call, its text and the element's number.
    /// </summary>
    internal static IReadOnlyList<string> NamesOf(string tuple, int count)
    {
        var parts = TupleText.ElementsOf(tuple);
        return parts.Count == count ? parts : [.. Enumerable.Range(1, count).Select(number => $"{tuple}.Item{number}")];
    }

    private static void ElementEqual<T>(T expected, T actual)
    {
        // The assertion for strings shows where a long one differs; as a T it would be cut off before that.
        if ((expected, actual) is (string expectedText, string actualText))
            Equal(expectedText, actualText);
        else
            Equal(expected, actual);
    }

    private static void AllEqual(string tuple, params Action[] comparisons)
    {
        var names = NamesOf(tuple, comparisons.Length);
        var differences = new StringBuilder();
        for (var i = 0; i < comparisons.Length; i++)
        {
            try
            {
                comparisons[i]();
            }
            catch (XunitException failure)
            {
                var text = failure.Message.Replace("Assert.Equal() Failure: ", "", StringComparison.Ordinal);
                differences.Append('\n').Append(names[i]).Append(": ").Append(text);
            }
        }

        if (differences.Length > 0)
            throw new XunitException($"Assert.Equal() Failure: Tuples differ{differences}");
    }
}
