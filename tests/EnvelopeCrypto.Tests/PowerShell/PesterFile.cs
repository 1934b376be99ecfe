using System.Diagnostics;
using System.Reflection;
using EnvelopeCrypto.Tests.Cli;
using EnvelopeCrypto.Tests.Support;

namespace EnvelopeCrypto.Tests.PowerShell;

/// <summary>Runs one file of Pester tests in a PowerShell of its own, with a home of its own and nothing of the user's.</summary>
internal static class PesterFile
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(10); // for a shell that hangs: the longest takes a minute

    // All that a shell needs of its surroundings; nothing of ours, of a cloud's, or of the test runner's.
    private static readonly string[] Kept =
    [
        "PATH", "HOME", "USER", "LANG", "DOTNET_ROOT", "SystemRoot", "SystemDrive", "windir", "COMSPEC", "PATHEXT", "USERPROFILE",
        "APPDATA", "LOCALAPPDATA", "ProgramData", "ProgramFiles", "PROCESSOR_ARCHITECTURE",
    ];

    private static string Root =>
        ProjectFolder.Root() ?? throw new InvalidOperationException("The project's folder is not above the tests.");

    private static string Folder => Path.Combine(Root, "tests", "Pester");

    /// <summary>The names of all files of Pester tests, without <c>.Tests.ps1</c>.</summary>
    public static IReadOnlyList<string> Names() =>
        [.. Directory.GetFiles(Folder, "*.Tests.ps1").Select(path => Path.GetFileName(path).Replace(".Tests.ps1", "", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

    /// <summary>What came of the tests in a file; a shell that ends without a report is one failure.</summary>
    public static PesterReport Run(string name)
    {
        using var folder = new TempFolder();
        var report = folder["report.json"];
        using var shell = new RunningTool(Process.Start(StartInfo(name, folder, report))!);
        shell.CloseInput();
        if (!shell.EndsWithin(Limit))
            return PesterReport.OfFailure(name, $"The shell took longer than {Limit}.\n{shell.OutputSoFar}");
        var run = shell.Finish();
        var output = run.Text + run.Errors;
        if (!File.Exists(report))
            return PesterReport.OfFailure(name, $"The shell ended with {run.ExitCode} and left no report.\n{output}");
        var found = PesterReport.Read(File.ReadAllText(report));
        return run.ExitCode != 0 && found.Failures.Count == 0 ? PesterReport.OfFailure(name, $"The shell ended with {run.ExitCode}.\n{output}") : found;
    }

    private static ProcessStartInfo StartInfo(string name, TempFolder folder, string report)
    {
        var command = PowerShellProgram.Command();
        string[] arguments =
        [
            .. command.Skip(1), "-NoProfile", "-NonInteractive", "-File", Path.Combine(Folder, "Run.ps1"), Path.Combine(Folder, name + ".Tests.ps1"),
            "-Pester", Path.Combine(AppContext.BaseDirectory, "pester"), "-ReportPath", report,
        ];
        var temporary = Directory.CreateDirectory(folder["tmp"]).FullName;
        var (program, itsArguments) = DefaultSignals.For(command[0], arguments);
        var start = new ProcessStartInfo(program, itsArguments)
        {
            WorkingDirectory = temporary,
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var variable in start.Environment.Keys.Except(Kept, StringComparer.OrdinalIgnoreCase).ToArray())
            start.Environment.Remove(variable);
        // The tests start servers by the name `dotnet`.
        start.Environment["PATH"] = Path.GetDirectoryName(ToolBench.Host) + Path.PathSeparator + start.Environment["PATH"];
        start.Environment["ENVELOPECRYPTO_TEST_MODULE"] = Environment.GetEnvironmentVariable("ENVELOPECRYPTO_TEST_MODULE") is { Length: > 0 } module
            ? module
            : Built("src", "EnvelopeCrypto.PowerShell", Path.Combine("module", "EnvelopeCrypto"));
        start.Environment["ENVELOPECRYPTO_TEST_KMS_SERVER"] = Built("tests", "EnvelopeCrypto.KmsServer", "EnvelopeCrypto.KmsServer.dll");
        start.Environment["ENVELOPECRYPTO_TEST_TOOL"] = Built("src", "EnvelopeCrypto.Cli", "envelope.dll");
        start.Environment["ENVELOPECRYPTO_TEST_OTHER_SDK"] = Path.Combine(AppContext.BaseDirectory, "other-sdk");
        start.Environment["ENVELOPECRYPTO_HOME"] = Directory.CreateDirectory(folder["home"]).FullName;
        start.Environment["TMPDIR"] = start.Environment["TEMP"] = start.Environment["TMP"] = temporary;
        start.Environment["NO_COLOR"] = "1";
        start.Environment["POWERSHELL_TELEMETRY_OPTOUT"] = "1";
        start.Environment["POWERSHELL_UPDATECHECK"] = "Off";
        return start;
    }

    // As it was built together with these tests.
    private static string Built(string folder, string project, string name)
    {
        var configuration = typeof(PesterFile).Assembly.GetCustomAttribute<AssemblyConfigurationAttribute>()!.Configuration;
        var path = Path.Combine(Root, folder, project, "bin", configuration, "net8.0", name);
        Assert.True(Path.Exists(path), $"It was not built: {path}");
        return path;
    }
}
