using System.Text.Json;
using System.Xml.Linq;
using EnvelopeCrypto.Tests.Support;

namespace EnvelopeCrypto.Tests;

/// <summary>The lists in locks, against which CI restores what is shipped, are those of the versions that the projects name.</summary>
public sealed class PackageLockTests
{
    private static readonly string[] Shipped =
        ["EnvelopeCrypto", "EnvelopeCrypto.Aws", "EnvelopeCrypto.Cli", "EnvelopeCrypto.KeyPairs", "EnvelopeCrypto.PowerShell"];

    private readonly string _root;

    public PackageLockTests()
    {
        Assert.SkipUnless(ProjectFolder.Root() is not null, "The tests run outside of the project.");
        _root = ProjectFolder.Root()!;
    }

    [Fact]
    public void There_is_one_for_each_shipped_project_and_none_for_others() =>
        Assert.Equal(
            Shipped,
            Directory.GetFiles(Path.Combine(_root, "locks")).Select(file => Path.GetFileNameWithoutExtension(file)).Order(StringComparer.Ordinal),
            StringComparer.Ordinal);

    [Fact]
    public void Each_has_the_versions_of_Directory_Packages_props_and_nothing_of_one_SDK_or_feed()
    {
        var pinned = XDocument.Load(Path.Combine(_root, "Directory.Packages.props")).Descendants("PackageVersion")
            .ToDictionary(package => package.Attribute("Include")!.Value, package => package.Attribute("Version")!.Value, StringComparer.OrdinalIgnoreCase);
        foreach (var project in Shipped)
        {
            var named = NamedBy(project);
            using var locked = JsonDocument.Parse(File.ReadAllText(Path.Combine(_root, "locks", $"{project}.json")));
            var framework = Assert.Single(locked.RootElement.GetProperty("dependencies").EnumerateObject());
            Assert.Equal("net8.0", framework.Name);
            foreach (var package in framework.Value.EnumerateObject().Where(package => Type(package) != "Project"))
            {
                if (pinned.TryGetValue(package.Name, out var version))
                    Assert.Equal(version, package.Value.GetProperty("resolved").GetString());
                if (Type(package) == "Direct")
                    Assert.True(named.Remove(package.Name), $"{project} names no {package.Name}");
            }
            Assert.Empty(named);
        }
    }

    private static string? Type(JsonProperty package) => package.Value.GetProperty("type").GetString();

    private HashSet<string> NamedBy(string project) => new[] { $"src/{project}/{project}.csproj", "Directory.Build.props" }
        .SelectMany(file => XDocument.Load(Path.Combine(_root, file)).Descendants("PackageReference"))
        .Select(package => package.Attribute("Include")!.Value)
        .ToHashSet(StringComparer.OrdinalIgnoreCase);
}
