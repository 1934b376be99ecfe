using System.ComponentModel;
using System.Diagnostics;
using System.Reflection;
using EnvelopeCrypto.Tests.Support;

namespace EnvelopeCrypto.Tests.PowerShell;

/// <summary>Runs the Pester tests of the module in a PowerShell, where one with Pester 5 is installed.</summary>
public sealed class PesterTests
{
    private const string Shell = "pwsh";
    private const int Skipped = 77; // how Run.ps1 says that Pester is missing
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    // All that a shell needs of its surroundings; nothing of ours, of a cloud's, or of the test runner's.
    private static readonly string[] Kept =
    [
        "PATH", "HOME", "USER", "LANG", "DOTNET_ROOT", "PSModulePath", "SystemRoot", "SystemDrive", "windir", "COMSPEC", "PATHEXT", "USERPROFILE",
        "APPDATA", "LOCALAPPDATA", "ProgramData", "ProgramFiles", "PROCESSOR_ARCHITECTURE",
    ];

    private static string Root =>
        ProjectFolder.Root() ?? throw new InvalidOperationException("The project's folder is not above the tests.");

    [Fact]
    public void The_module_passes_its_Pester_tests()
    {
        if (ProjectFolder.Root() is null)
            Assert.Skip("The project's folder is not above the tests, so the Pester tests are not here.");
        using var folder = new TempFolder();
        var (exitCode, output) = Run(folder);
        if (exitCode == Skipped)
            Assert.Skip(output.Trim());
        Assert.True(exitCode == 0, output);
        TestContext.Current.SendDiagnosticMessage(output);
    }

    private static (int ExitCode, string Output) Run(TempFolder folder)
    {
        var home = Directory.CreateDirectory(folder["home"]).FullName;
        var temporary = Directory.CreateDirectory(folder["tmp"]).FullName;
        var start = new ProcessStartInfo(
            Shell, ["-NoProfile", "-NonInteractive", "-File", Path.Combine(Root, "tests", "Pester", "Run.ps1")])
        {
            WorkingDirectory = temporary,
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var name in start.Environment.Keys.Except(Kept, StringComparer.OrdinalIgnoreCase).ToArray())
            start.Environment.Remove(name);
        start.Environment["ENVELOPECRYPTO_TEST_MODULE"] = Module();
        start.Environment["ENVELOPECRYPTO_TEST_KMS_SERVER"] = Built("tests", "EnvelopeCrypto.KmsServer", "EnvelopeCrypto.KmsServer.dll");
        start.Environment["ENVELOPECRYPTO_TEST_TOOL"] = Built("src", "EnvelopeCrypto.Cli", "envelope.dll");
        start.Environment["ENVELOPECRYPTO_TEST_OTHER_SDK"] = Path.Combine(AppContext.BaseDirectory, "other-sdk");
        start.Environment["ENVELOPECRYPTO_HOME"] = home;
        start.Environment["TMPDIR"] = start.Environment["TEMP"] = start.Environment["TMP"] = temporary;
        start.Environment["NO_COLOR"] = "1";
        return RunToEnd(start);
    }

    private static (int ExitCode, string Output) RunToEnd(ProcessStartInfo start)
    {
        try
        {
            using var process = Process.Start(start)!;
            process.StandardInput.Close();
            var output = process.StandardOutput.ReadToEndAsync();
            var errors = process.StandardError.ReadToEndAsync();
            if (process.WaitForExit(Patience))
                return (process.ExitCode, output.GetAwaiter().GetResult() + errors.GetAwaiter().GetResult());
            process.Kill(entireProcessTree: true);
            Assert.Fail($"Pester took longer than {Patience}: {output.GetAwaiter().GetResult()}");
        }
        catch (Win32Exception)
        {
            Assert.Skip($"There is no PowerShell 7.4 or newer here ({Shell}).");
        }
        return default;
    }

    // As it was built together with these tests.
    private static string Module() => Built("src", "EnvelopeCrypto.PowerShell", Path.Combine("module", "EnvelopeCrypto"));

    private static string Built(string folder, string project, string name)
    {
        var configuration = typeof(PesterTests).Assembly.GetCustomAttribute<AssemblyConfigurationAttribute>()!.Configuration;
        var path = Path.Combine(Root, folder, project, "bin", configuration, "net8.0", name);
        Assert.True(Path.Exists(path), $"It was not built: {path}");
        return path;
    }
}
