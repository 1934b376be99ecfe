using System.Text.RegularExpressions;
using EnvelopeCrypto.Tests.Support;

namespace EnvelopeCrypto.Tests.Safety;

/// <summary>docs/threat-model.md names a test for each claim, and each of them is there.</summary>
public sealed partial class ThreatModelTests
{
    private const int FewestClaims = 30;

    [Fact]
    public void Each_claim_names_tests_and_they_exist()
    {
        Assert.SkipUnless(ProjectFolder.Root() is not null, "The tests run outside of the project.");
        var lines = File.ReadAllLines(Path.Combine(ProjectFolder.Root()!, "docs", "threat-model.md"));
        var claims = lines.Where(line => line.StartsWith("| ", StringComparison.Ordinal) && !line.Contains("Shown by", StringComparison.Ordinal) && !line.StartsWith("| ---", StringComparison.Ordinal)).ToArray();
        Assert.True(claims.Length >= FewestClaims, "Claims are missing.");
        Assert.All(claims, claim => Assert.Matches(TestName(), claim));
        foreach (Match name in TestName().Matches(string.Join('\n', lines)))
            RequireTest(name.Groups["file"].Value, name.Groups["method"].Value);
    }

    private static void RequireTest(string file, string method)
    {
        var tests = Path.Combine(ProjectFolder.Root()!, "tests");
        var path = file.StartsWith("Aws/", StringComparison.Ordinal)
            ? Path.Combine(tests, "EnvelopeCrypto.Aws.Tests", file[4..] + ".cs")
            : Path.Combine(tests, "EnvelopeCrypto.Tests", file + ".cs");
        Assert.True(File.Exists(path), $"There is no {path}.");
        Assert.Contains($" {method}(", File.ReadAllText(path), StringComparison.Ordinal);
    }

    [GeneratedRegex("`(?<file>([A-Z][A-Za-z]+/)+[A-Za-z]+Tests)\\.(?<method>[A-Za-z0-9_]+)`", RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex TestName();
}
