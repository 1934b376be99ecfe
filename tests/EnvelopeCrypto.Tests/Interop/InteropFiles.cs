using EnvelopeCrypto.Tests.Support;

namespace EnvelopeCrypto.Tests.Interop;

/// <summary>Where the independent reader, the fixed envelopes and the specification stand in the project.</summary>
internal static class InteropFiles
{
    private static readonly string Root = ProjectFolder.Root()
        ?? throw new DirectoryNotFoundException($"No EnvelopeCrypto.sln above {AppContext.BaseDirectory}.");

    public static string Scripts { get; } = Path.Combine(Root, "tests", "interop");

    public static string Fixtures { get; } = Path.Combine(Scripts, "fixtures");

    public static string Specification { get; } = Path.Combine(Root, "docs", "format.md");
}
