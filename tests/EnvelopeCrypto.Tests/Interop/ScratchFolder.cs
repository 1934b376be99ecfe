namespace EnvelopeCrypto.Tests.Interop;

/// <summary>A folder that is gone after the test.</summary>
internal sealed class ScratchFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("envelope-interop-");

    public string FullName => _folder.FullName;

    public string PathOf(string name) => Path.Combine(_folder.FullName, name);

    public string Write(string name, ReadOnlySpan<byte> bytes)
    {
        using var file = new FileStream(PathOf(name), FileMode.CreateNew);
        file.Write(bytes);
        return file.Name;
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
