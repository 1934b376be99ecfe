using System.ComponentModel;
using System.Diagnostics;

namespace EnvelopeCrypto.Tests.Support;

/// <summary>Small programs of Unix that do what .NET cannot. A test is skipped, with the reason, where one is missing or refuses.</summary>
internal static class UnixTool
{
    public static bool IsRoot => !OperatingSystem.IsWindows() && Environment.IsPrivilegedProcess;

    /// <summary>Runs a program to its end, which must be a good one.</summary>
    public static void Run(string program, params string[] arguments)
    {
        using var process = Start(program, arguments);
        process.WaitForExit();
        if (process.ExitCode != 0)
            Assert.Skip($"{program} refuses here: {process.StandardError.ReadToEnd().Trim()}");
    }

    /// <summary>What a program writes.</summary>
    public static string Output(string program, params string[] arguments)
    {
        using var process = Start(program, arguments);
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return output;
    }

    /// <summary>Starts a program; its input and output are ours.</summary>
    public static Process Start(string program, params string[] arguments)
    {
        if (OperatingSystem.IsWindows())
            Assert.Skip("Not on Windows.");
        try
        {
            return Process.Start(new ProcessStartInfo(program, arguments) 
            {
                UseShellExecute = false,
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
        }
        catch (Win32Exception)
        {
            Assert.Skip($"There is no {program} here.");
            throw;
        }
    }
}
