namespace EnvelopeCrypto.Tests.Interop;

/// <summary>Where the independent reader, the fixed envelopes and the specification stand in the project.</summary>
internal static class InteropFiles
{
    public static string Root { get; } = FindRoot();

    public static string Scripts { get; } = Path.Combine(Root, "tests", "interop");

    public static string Fixtures { get; } = Path.Combine(Scripts, "fixtures");

    public static string Specification { get; } = Path.Combine(Root, "docs", "format.md");

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "EnvelopeCrypto.sln")))
                return folder.FullName;
        }
        throw new DirectoryNotFoundException($"No EnvelopeCrypto.sln above {AppContext.BaseDirectory}.");
    }
}
