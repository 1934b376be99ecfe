namespace EnvelopeCrypto.Tests.Support;

/// <summary>Test vectors made by others. They are no part of the project: see CONTRIBUTING.md.</summary>
internal static class TestVectors
{
    private const string Variable = "ENVELOPECRYPTO_VECTORS";

    /// <summary>The file's full name. A test whose vectors are not here is skipped, with the reason.</summary>
    public static string Require(params string[] name)
    {
        var folder = Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } given ? given : BesideTheProject();
        if (folder is null)
            Assert.Skip($"The test vectors are not here: set {Variable} to their folder.");
        var path = Path.Combine([folder, .. name]);
        if (!File.Exists(path))
            Assert.Skip($"The test vectors are not here: there is no '{path}'. Set {Variable} to their folder.");
        return path;
    }

    private static string? BesideTheProject() =>
        ProjectFolder.Root() is { } root ? Path.GetFullPath(Path.Combine(root, "..", "shared", "vectors")) : null;
}
