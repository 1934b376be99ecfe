using System.Diagnostics;
using EnvelopeCrypto.Keys;
using EnvelopeCrypto.Keys.Local;
using EnvelopeCrypto.Tests.Support;

namespace EnvelopeCrypto.Tests.Cli;

/// <summary>
/// Runs the tool <c>envelope</c> as a process of its own, in a folder of its own, with a home of its own and nothing else of ours in
/// its environment.
/// </summary>
internal sealed class ToolBench : IDisposable
{
    /// <summary>A KEK that is there from the start and needs no passphrase.</summary>
    public const string Kek = "local:daily";

    // Ours, and those by which the tool would find somebody's real keys in AWS.
    private static readonly string[] NotInherited = ["ENVELOPECRYPTO_", "AWS_"];

    private readonly TempFolder _folder = new();

    public ToolBench()
    {
        Directory.CreateDirectory(Folder);
        Directory.CreateDirectory(Temporary);
        MakeKek("daily");
    }

    /// <summary>Names another program to test instead of the tool that was built with the tests: the native one.</summary>
    private const string Variable = "ENVELOPECRYPTO_TEST_TOOL_PROGRAM";

    /// <summary>What runs .NET programs.</summary>
    public static string Host => DotnetHost.Program;

    /// <summary>What starts the tool: a program, and the arguments before the tool's own.</summary>
    public static IReadOnlyList<string> Command { get; } = Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } program
        ? [Path.GetFullPath(program)]
        : [Host, Path.Combine(AppContext.BaseDirectory, "envelope.dll")];

    /// <summary>The same, in a line of a shell.</summary>
    public static string QuotedCommand => string.Join(' ', Command.Select(Quoted));

    /// <summary>Where the tool runs.</summary>
    public string Folder => _folder["work"];

    public string Home => _folder["home"];

    /// <summary>The names of all files in the folder where the tool runs.</summary>
    public string[] Files =>
        [.. Directory.EnumerateFileSystemEntries(Folder).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal)];

    private string Temporary => _folder["tmp"];

    private string UserHome => _folder["user"];

    public string this[string name] => Path.Combine(Folder, name);

    public byte[] Read(string name) => File.ReadAllBytes(this[name]);

    public string Write(string name, ReadOnlySpan<byte> content)
    {
        _folder.Write(Path.Combine("work", name), content);
        return name;
    }

    public string Write(string name, string content) => Write(name, System.Text.Encoding.UTF8.GetBytes(content));

    /// <summary>Makes an unprotected KEK without the tool, which is faster.</summary>
    public void MakeKek(string name)
    {
        using var passphrases = new KekPassphrases();
        using var keyring = new LocalKeyring(KeyringLocation.Resolve(Home), passphrases);
        keyring.Create(name, KekProtection.Unprotected);
    }

    /// <summary>Every key of an unprotected KEK, as bytes.</summary>
    public byte[] KeyOf(string name)
    {
        using var passphrases = new KekPassphrases();
        using var keyring = new LocalKeyring(KeyringLocation.Resolve(Home), passphrases);
        using var key = keyring.OpenCurrent(name).Key!;
        return key.Span.ToArray();
    }

    public ToolRun Run(params string[] arguments) => Feed([], arguments);

    /// <summary>Runs the tool with something on its standard input.</summary>
    public ToolRun Feed(ReadOnlySpan<byte> input, params string[] arguments) => RunWith(input, [], arguments);

    public ToolRun RunWith(ReadOnlySpan<byte> input, (string Name, string Value)[] variables, params string[] arguments)
    {
        using var running = Start(variables, Command[0], [.. Command.Skip(1), .. arguments]);
        running.Write(input);
        running.CloseInput();
        return running.Finish();
    }

    /// <summary>Starts the tool and leaves it running, with its standard input open.</summary>
    public RunningTool Start(params string[] arguments) => Start([], Command[0], [.. Command.Skip(1), .. arguments]);

    /// <summary>Runs a line of a shell, in which <c>envelope</c> is the tool.</summary>
    public ToolRun Shell(string line, params (string Name, string Value)[] variables)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "It needs a Unix shell.");
        using var running = Start(variables, "/bin/bash", ["-c", $"envelope() {{ {QuotedCommand} \"$@\"; }}; {line}"]);
        running.CloseInput();
        return running.Finish();
    }

    /// <summary>Starts any program in the tool's folder and environment; it hears signals, whatever the tests ignore.</summary>
    public RunningTool Start((string Name, string Value)[] variables, string program, params string[] arguments)
    {
        (program, arguments) = DefaultSignals.For(program, arguments);
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = Folder,
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var name in start.Environment.Keys.Where(name => Array.Exists(NotInherited, prefix => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))).ToArray())
            start.Environment.Remove(name);
        start.Environment["ENVELOPECRYPTO_HOME"] = Home;
        start.Environment["HOME"] = UserHome;
        start.Environment["AWS_EC2_METADATA_DISABLED"] = "true";
        start.Environment["TMPDIR"] = Temporary;
        foreach (var (name, value) in variables)
            start.Environment[name] = value;
        return new RunningTool(Process.Start(start)!);
    }

    public static string Quoted(string text) => $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    public void Dispose() => _folder.Dispose();
}
