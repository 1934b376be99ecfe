using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using EnvelopeCrypto.Tests.Support;

namespace EnvelopeCrypto.Tests.Interop;

/// <summary>Runs the project's Python scripts, where a Python with the package they need is installed.</summary>
internal static class Python
{
    private static readonly string[] Candidates = ["/usr/bin/python3", "python3", "python"];
    private static readonly Lazy<string?> Interpreter = new(Find);

    /// <summary>Skips the test when the scripts cannot run here.</summary>
    public static void Require()
    {
        if (Interpreter.Value is null)
            Assert.Skip($"No Python 3.9 or newer with the package 'cryptography' among {string.Join(", ", Candidates)}.");
    }

    /// <summary>Runs a script of tests/interop to its end.</summary>
    public static (int ExitCode, string Output, string Errors) Run(string script, IEnumerable<string> arguments, string input = "") =>
        Start(Interpreter.Value!, [Path.Combine(InteropFiles.Scripts, script), .. arguments], input);

    /// <summary>The output of a script that must succeed.</summary>
    public static string Output(string script, params string[] arguments)
    {
        var (exitCode, output, errors) = Run(script, arguments);
        Assert.True(exitCode == 0, $"{script} ended with {exitCode}: {errors}");
        return output;
    }

    private static string? Find() => Array.Find(Candidates, candidate =>
    {
        try
        {
            return Start(candidate, ["-c", "import sys, cryptography; sys.exit(sys.version_info < (3, 9))"], "").ExitCode == 0;
        }
        catch (Win32Exception)
        {
            return false; // no such program
        }
    });

    private static (int ExitCode, string Output, string Errors) Start(string program, IEnumerable<string> arguments, string input)
    {
        var start = new ProcessStartInfo(program, ["-B", .. arguments]) // -B: leaves no compiled scripts in the project
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
        };
        start.Environment["PYTHONIOENCODING"] = "utf-8";
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        process.StandardInput.Write(input);
        process.StandardInput.Close();
        if (!process.WaitForExit(Patience.Limit))
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"{program} took too long.");
        }
        return (process.ExitCode, output.GetAwaiter().GetResult().ReplaceLineEndings("\n"), errors.GetAwaiter().GetResult());
    }
}
