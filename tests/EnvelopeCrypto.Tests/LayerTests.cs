using NetArchTest.Rules;

namespace EnvelopeCrypto.Tests;

/// <summary>The folders of the engine are layers: each uses those below it, and none above it.</summary>
public sealed class LayerTests
{
    // From the bottom up. Two in one line do not use each other.
    private static readonly string[][] Layers =
    [
        ["Primitives"],
        ["Disk", "Format"],
        ["Body", "Errors"],
        ["Keys"],
        ["Files"],
        ["Batches", "Records", "Audit"],
    ];

    public static TheoryData<string> Folders() => [.. Layers.SelectMany(layer => layer)];

    [Theory]
    [MemberData(nameof(Folders))]
    public void A_layer_uses_only_those_below_it(string folder)
    {
        var own = Array.FindIndex(Layers, layer => layer.Contains(folder, StringComparer.Ordinal));
        var above = Layers.Skip(own).SelectMany(layer => layer).Where(other => other != folder).Select(NamespaceOf).ToArray();
        var result = InFolder(folder).ShouldNot().HaveDependencyOnAny(above).GetResult();
        Assert.True(result.IsSuccessful, $"{folder} uses what is above it, in {string.Join(", ", result.FailingTypeNames ?? [])}.");
    }

    [Fact]
    public void Every_folder_has_its_place_in_the_order()
    {
        var known = Layers.SelectMany(layer => layer).Select(NamespaceOf).ToArray();
        var strangers = typeof(EnvelopeException).Assembly.GetTypes()
            .Select(type => type.Namespace ?? "")
            .Where(name => name.StartsWith("EnvelopeCrypto.", StringComparison.Ordinal)
                && !known.Any(layer => name == layer || name.StartsWith(layer + ".", StringComparison.Ordinal)))
            .Distinct(StringComparer.Ordinal);
        Assert.Empty(strangers);
    }

    [Fact]
    public void The_engine_knows_neither_PowerShell_nor_AWS_nor_the_tool()
    {
        var result = Types.InAssembly(typeof(EnvelopeException).Assembly).ShouldNot()
            .HaveDependencyOnAny("System.Management.Automation", "Amazon", "EnvelopeCrypto.Aws", "EnvelopeCrypto.PowerShell", "EnvelopeCrypto.Cli", "System.CommandLine")
            .GetResult();
        Assert.True(result.IsSuccessful, string.Join(", ", result.FailingTypeNames ?? []));
    }

    [Fact]
    public void A_use_of_a_layer_above_is_seen() =>
        Assert.False(InFolder("Files").ShouldNot().HaveDependencyOnAny(NamespaceOf("Keys")).GetResult().IsSuccessful);

    private static PredicateList InFolder(string folder) =>
        Types.InAssembly(typeof(EnvelopeException).Assembly).That().ResideInNamespaceStartingWith(NamespaceOf(folder));

    private static string NamespaceOf(string folder) => $"EnvelopeCrypto.{folder}";
}
