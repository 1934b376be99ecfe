namespace EnvelopeCrypto.Tests.Support;

/// <summary>The project's root on this machine, for tests that need its files.</summary>
internal static class ProjectFolder
{
    /// <summary>The folder above the test program that holds the solution; null when the tests run elsewhere.</summary>
    public static string? Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "EnvelopeCrypto.sln")))
            folder = folder.Parent;
        return folder?.FullName;
    }
}
