using System.Text.Json;

namespace EnvelopeCrypto.Tests.PowerShell;

/// <summary>What came of the Pester tests in one file.</summary>
/// <param name="Passed">How many passed.</param>
internal sealed record PesterReport(int Passed, IReadOnlyList<PesterReport.Failure> Failures, IReadOnlyList<PesterReport.Skip> Skips)
{
    // Names a folder that gets a file for each report, so that single Pester tests can be counted: .ci/run does.
    private const string Variable = "ENVELOPECRYPTO_TEST_PESTER_COUNTS";

    public static PesterReport OfFailure(string name, string message) => new(0, [new Failure(name, message)], []);

    /// <summary>Reads what <c>Run.ps1</c> wrote.</summary>
    public static PesterReport Read(string json) => JsonSerializer.Deserialize<PesterReport>(json)!;

    /// <summary>Each failed test with its message.</summary>
    public string Describe(string name)
    {
        var count = $"{Failures.Count} of {Passed + Failures.Count + Skips.Count} Pester tests in {name}.Tests.ps1 failed:";
        return string.Join("\n\n", Failures.Select(failure => $"{failure.Name}\n{failure.Message}").Prepend(count));
    }

    /// <summary>
    /// Writes the counts where <c>.ci/run</c> looks for them: a line <c>OUTCOME PASSED FAILED SKIPPED</c> with the outcome of the xunit
    /// case that stands for the file, and a line for each skipped test.
    /// </summary>
    public void Count(string name)
    {
        if (Environment.GetEnvironmentVariable(Variable) is not { Length: > 0 } folder)
            return;
        var lines = Skips.Select(skip => $"skip {skip.Reason}").Prepend($"{Outcome()} {Passed} {Failures.Count} {Skips.Count}");
        File.WriteAllLines(Path.Combine(folder, name), lines);
    }

    private string Outcome() => Failures.Count > 0 ? "failed" : Passed > 0 ? "passed" : "skipped";

    /// <summary>A test that failed.</summary>
    internal sealed record Failure(string Name, string Message);

    /// <summary>A test that was left out, and why.</summary>
    internal sealed record Skip(string Name, string Reason);
}
