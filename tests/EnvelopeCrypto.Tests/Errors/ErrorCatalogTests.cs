using System.Text.RegularExpressions;
using EnvelopeCrypto.Errors;

namespace EnvelopeCrypto.Tests.Errors;

/// <summary>Every error id has an entry, and every sentence of it says what it needs.</summary>
public sealed partial class ErrorCatalogTests
{
    public static TheoryData<EnvelopeError> Errors => [.. Enum.GetValues<EnvelopeError>()];

    [Theory]
    [MemberData(nameof(Errors))]
    public void Every_id_has_a_category_and_a_way_out(EnvelopeError error)
    {
        var entry = ErrorCatalog.Of(error);
        Assert.Equal(error, entry.Error);
        Assert.NotEmpty(entry.PowerShell);
        Assert.All(entry.PowerShell.Concat(entry.Tool), wayOut => Assert.EndsWith(".", wayOut.Text, StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Errors))]
    public void A_sentence_needs_the_parameters_and_options_that_it_names(EnvelopeError error)
    {
        var entry = ErrorCatalog.Of(error);
        Assert.All(entry.PowerShell, wayOut => RequireAll(OwnParameter(), wayOut));
        Assert.All(entry.Tool, wayOut => RequireAll(OwnOption(), wayOut));
    }

    private static void RequireAll(Regex pattern, WayOut wayOut) => Assert.Equal(
        pattern.Matches(wayOut.Text).Select(named => named.Groups["name"].Value).ToHashSet(StringComparer.Ordinal),
        wayOut.Needs.ToHashSet(StringComparer.Ordinal));

    // What stands behind a cmdlet's name is that cmdlet's.
    [GeneratedRegex("(?<!\\w-\\w+ )(?<!\\w)-(?<name>[A-Z][A-Za-z]+)", RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex OwnParameter();

    // Outside of `, of which an even number follows then.
    [GeneratedRegex("(?<!\\w)(?<name>--[a-z][a-z-]+)(?=[^`]*(`[^`]*`[^`]*)*\\z)", RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex OwnOption();
}
