using System.Runtime.InteropServices;
using EnvelopeCrypto.Tests.Keys.Local;

namespace EnvelopeCrypto.Tests.Support;

/// <summary>
/// A folder from which a user without a name, a home and rights can run the tests' programs: what root builds, and .NET too, can be below a
/// folder that is closed to others, as root's home is. Root alone can make one.
/// </summary>
internal sealed class UnprivilegedPlace : IDisposable
{
    public const string User = "54321"; // in no /etc/passwd

    private const UnixFileMode ForAll = (UnixFileMode)0b111_111_111;
    private const UnixFileMode Readable = (UnixFileMode)0b111_101_101;

    private static readonly string[] BecomesUser = ["setpriv", $"--reuid={User}", $"--regid={User}", "--clear-groups"];

    private readonly string _folder;
    private readonly string _programs;
    private readonly string _dotnet;

    private UnprivilegedPlace(string folder)
    {
        _folder = folder;
        Temporary = Make(Path.Combine(folder, "tmp"), ForAll);
        _programs = Path.Combine(folder, "programs");
        Copy(AppContext.BaseDirectory, _programs, name => name is not ("shared" or "host" or "other-sdk"));
        _dotnet = MayRead(typeof(object).Assembly.Location) && MayRead(DotnetHost.Program) ? DotnetHost.Program : CopyDotnet();
    }

    /// <summary>Where this user's programs run, and may write.</summary>
    public string Temporary { get; }

    /// <summary>Makes one; null, with the reason, where root cannot become another user.</summary>
    public static UnprivilegedPlace? TryMake(out string reason)
    {
        reason = "";
        if (!OperatingSystem.IsLinux() || !UnixTool.IsRoot)
            reason = "Only root on Linux can take the place of another user.";
        else if (!Array.Exists(["/usr/bin/setpriv", "/bin/setpriv"], File.Exists))
            reason = "The program setpriv is missing.";
        else if (Try("true") is { Length: > 0 } error)
            reason = $"Root may not become another user here: {error}";
        else if (OpenFolder() is { } folder)
            return new UnprivilegedPlace(folder);
        else
            reason = "Every folder for temporary files is closed to other users.";
        return null;
    }

    /// <summary>
    /// What runs a .NET program of the tests' folder as this user, with nothing in its environment but a PATH and a folder for temporary
    /// files.
    /// </summary>
    public (string Program, string[] Arguments) Command(string program, params string[] arguments)
    {
        string[] atItsPlace = ["sh", "-c", "cd \"$0\" && exec \"$@\"", Temporary];
        return (
            "/usr/bin/env",
            ["-i", .. Environment(), .. atItsPlace, .. BecomesUser, _dotnet, Path.Combine(_programs, program), .. arguments]);
    }

    /// <summary>Writes a file that this user may read where its programs run.</summary>
    public void Write(string name, string content)
    {
        var path = Path.Combine(Temporary, name);
        File.WriteAllText(path, content);
        KeyringPlace.Chmod(path, Readable);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    // .NET does not start without the second one where there is no ICU.
    private string[] Environment() =>
    [
        "PATH=/usr/bin:/bin",
        $"TMPDIR={Temporary}",
        $"DOTNET_SYSTEM_GLOBALIZATION_INVARIANT={System.Environment.GetEnvironmentVariable("DOTNET_SYSTEM_GLOBALIZATION_INVARIANT")}",
    ];

    private static string? OpenFolder()
    {
        foreach (var parent in new[] { Path.GetTempPath(), "/tmp", "/var/tmp" }.Where(Directory.Exists))
        {
            var folder = Make(Path.Combine(parent, $"envelopecrypto-unprivileged-{Guid.NewGuid():N}"), Readable);
            if (MayRead(folder))
                return folder;
            Directory.Delete(folder);
        }
        return null;
    }

    // Of a whole SDK only what runs the tests.
    private string CopyDotnet()
    {
        var runtime = RuntimeEnvironment.GetRuntimeDirectory();
        var root = Path.GetFullPath(Path.Combine(runtime, "../../.."));
        var to = Make(Path.Combine(_folder, "dotnet"), Readable);
        Copy(Path.Combine(root, "host"), Path.Combine(to, "host"), _ => true);
        foreach (var part in Path.GetRelativePath(root, runtime).Split(Path.DirectorySeparatorChar)) // shared, the framework, its version
            to = Make(Path.Combine(to, part), Readable);
        Copy(runtime, to, _ => true);
        return CopyFile(DotnetHost.Program, Path.Combine(_folder, "dotnet"));
    }

    private static void Copy(string from, string to, Func<string, bool> isWanted)
    {
        Make(to, Readable);
        foreach (var folder in Directory.EnumerateDirectories(from).Where(folder => isWanted(Path.GetFileName(folder))))
            Copy(folder, Path.Combine(to, Path.GetFileName(folder)), _ => true);
        foreach (var file in Directory.EnumerateFiles(from))
            CopyFile(file, to);
    }

    private static string CopyFile(string file, string folder)
    {
        var copy = Path.Combine(folder, Path.GetFileName(file));
        File.Copy(file, copy);
        KeyringPlace.Chmod(copy, Readable);
        return copy;
    }

    // Whatever the umask takes away.
    private static string Make(string folder, UnixFileMode mode)
    {
        Directory.CreateDirectory(folder);
        KeyringPlace.Chmod(folder, mode);
        return folder;
    }

    private static bool MayRead(string path) => Try("test", "-r", path).Length == 0;

    // What the program said when it did not succeed; nothing when it did.
    private static string Try(string program, params string[] arguments)
    {
        using var process = UnixTool.Start(BecomesUser[0], [.. BecomesUser[1..], program, .. arguments]);
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? "" : $"{program} ended with {process.ExitCode}. {error}".Trim();
    }
}
