using System.Reflection;
using EnvelopeCrypto.Tests.Cli;

namespace EnvelopeCrypto.Tests.PowerShell;

/// <summary>
/// The PowerShell that runs the Pester tests: the version in the project's tool manifest, which the build restores, unless a variable
/// names another. Neither has to be on the PATH.
/// </summary>
internal static class PowerShellProgram
{
    /// <summary>Names another shell: a program, or the <c>pwsh.dll</c> of a .NET tool.</summary>
    public const string Variable = "ENVELOPECRYPTO_TEST_PWSH";

    /// <summary>The program to start, and its first arguments.</summary>
    public static IReadOnlyList<string> Command()
    {
        var path = Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named ? Path.GetFullPath(named) : Restored();
        Assert.True(File.Exists(path), $"There is no PowerShell here: {path}");
        // The package's own program pwsh is for one processor and one system only; dotnet starts the library everywhere.
        return Path.GetExtension(path) == ".dll" ? [ToolBench.Host, path] : [path];
    }

    private static string Restored()
    {
        var package = typeof(PowerShellProgram).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == "PowerShell").Value!;
        // tools/net10.0/any/unix/pwsh.dll: it changes with the .NET that the package is for.
        var framework = Assert.Single(Directory.GetDirectories(Path.Combine(package, "tools")));
        return Path.Combine(framework, "any", OperatingSystem.IsWindows() ? "win" : "unix", "pwsh.dll");
    }
}
