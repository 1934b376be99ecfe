namespace EnvelopeCrypto.Tests.Support;

/// <summary>An empty folder of a test's own, removed with all that is in it on dispose.</summary>
internal sealed class TempFolder : IDisposable
{
    public TempFolder() => Path = Directory.CreateTempSubdirectory("envelopecrypto-test-").FullName;

    public string Path { get; }

    /// <summary>The full name of something in the folder; it is not made.</summary>
    public string this[string name] =>
        System.IO.Path.Combine(Path, OperatingSystem.IsWindows() ? name.Replace('/', System.IO.Path.DirectorySeparatorChar) : name);

    /// <summary>Writes a file, with the folders above it, and gives its full name.</summary>
    public string Write(string name, ReadOnlySpan<byte> content)
    {
        var path = this[name];
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        using var file = File.Create(path);
        file.Write(content);
        return path;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
