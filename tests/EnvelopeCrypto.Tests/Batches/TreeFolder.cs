using System.Diagnostics;

namespace EnvelopeCrypto.Tests.Batches;

/// <summary>An empty folder whose content may have any name and depth: what .NET cannot say, a shell makes and removes.</summary>
internal sealed class TreeFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("envelopecrypto-tree-").FullName;

    public string this[string name] =>
        System.IO.Path.Combine(Path, OperatingSystem.IsWindows() ? name.Replace('/', System.IO.Path.DirectorySeparatorChar) : name);

    /// <summary>Writes a file, with the folders above it, and gives its full name.</summary>
    public string Write(string name, string content)
    {
        var path = this[name];
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
        return path;
    }

    /// <summary>Makes a folder and gives its full name.</summary>
    public string Make(string name) => Directory.CreateDirectory(this[name]).FullName;

    /// <summary>Makes a link and gives its full name.</summary>
    public string Link(string name, string target)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(this[name])!);
        return File.CreateSymbolicLink(this[name], target).FullName;
    }

    /// <summary>All files below a folder, by their relative path with <c>/</c>, and what is in them.</summary>
    public SortedDictionary<string, string> Content(string name) => new(
        Directory.EnumerateFiles(this[name], "*", SearchOption.AllDirectories)
            .ToDictionary(
                path => System.IO.Path.GetRelativePath(this[name], path).Replace('\\', '/'), File.ReadAllText, StringComparer.Ordinal),
        StringComparer.Ordinal);

    /// <summary>Runs a shell script in the folder; skips the test where it cannot.</summary>
    public void Shell(string script)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && File.Exists("/bin/bash"), "It needs bash on Linux.");
        Assert.SkipUnless(TryShell(script, out var error), $"The shell could not make it: {error}");
    }

    public void Dispose()
    {
        if (!OperatingSystem.IsLinux() || !TryShell("rm -rf -- \"$PWD\"", out _))
            Directory.Delete(Path, recursive: true);
    }

    private bool TryShell(string script, out string error)
    {
        var start = new ProcessStartInfo("/bin/bash")
        {
            WorkingDirectory = Path,
            UseShellExecute = false,
            RedirectStandardError = true,
            ArgumentList = { "-ec", script },
        };
        using var shell = Process.Start(start)!;
        error = shell.StandardError.ReadToEnd();
        shell.WaitForExit();
        return shell.ExitCode == 0;
    }
}
