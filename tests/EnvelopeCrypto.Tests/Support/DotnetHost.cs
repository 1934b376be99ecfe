using System.Runtime.InteropServices;

namespace EnvelopeCrypto.Tests.Support;

/// <summary>What starts .NET programs: the <c>dotnet</c> of the runtime that runs the tests, so that they too run on that one.</summary>
internal static class DotnetHost
{
    private static readonly string Name = OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet";

    /// <summary>The full name of the program <c>dotnet</c>.</summary>
    public static string Program { get; } = Find();

    // Tests that bring their runtime along (self-contained) have no dotnet above it; then another one has to do.
    private static string Find()
    {
        var ofRuntime = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "../../..", Name));
        var ofSdk = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH");
        var path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        string?[] candidates = [ofRuntime, ofSdk, .. path.Select(folder => Path.Combine(folder, Name))];
        return Array.Find(candidates, File.Exists) ?? throw new FileNotFoundException("There is no dotnet on this machine.", Name);
    }
}
