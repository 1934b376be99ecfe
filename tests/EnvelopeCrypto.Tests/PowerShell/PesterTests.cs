using EnvelopeCrypto.Tests.Support;

namespace EnvelopeCrypto.Tests.PowerShell;

/// <summary>The Pester tests of the module, in a real PowerShell: a case for each file, beside each other.</summary>
public sealed class PesterTests
{
    /// <summary>The files; none where the tests run outside of the project.</summary>
    public static TheoryData<string> Files()
    {
        if (ProjectFolder.Root() is null)
            return [];
        var names = PesterFile.Names();
        return names.Count > 0 ? [.. names] : throw new InvalidOperationException("There are no Pester tests.");
    }

    [SideBySideTheory(SkipTestWithoutData = true)]
    [MemberData(nameof(Files))]
    public void The_module_passes(string file)
    {
        var report = PesterFile.Run(file);
        report.Count(file);
        if (report.Failures.Count > 0)
            Assert.Fail(report.Describe(file));
        Assert.SkipWhen(report.Passed == 0, string.Join("; ", report.Skips.Select(skip => skip.Reason).Distinct(StringComparer.Ordinal)));
    }
}
