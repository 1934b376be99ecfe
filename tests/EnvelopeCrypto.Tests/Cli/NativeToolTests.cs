using EnvelopeCrypto.Tests.Support;

namespace EnvelopeCrypto.Tests.Cli;

/// <summary>The native program alone, in a root folder that holds nothing but it and the C library.</summary>
public sealed class NativeToolTests : IDisposable
{
    private const string Passphrase = "a passphrase of e\u0301 tests"; // which has to be brought into its normal form

    private readonly TempFolder _root = new();

    public void Dispose() => _root.Dispose();

    [Fact]
    public void One_file_and_the_C_library_are_all_it_needs()
    {
        Assert.SkipWhen(ToolBench.Command.Count > 1, "The tool is not the native program here.");
        Assert.SkipUnless(OperatingSystem.IsLinux() && UnixTool.IsRoot, "Needs root on Linux.");
        foreach (var library in UnixTool.Output("ldd", ToolBench.Command[0]).Split('\n').Select(PathOf).OfType<string>())
            Copy(library, library);
        Copy(ToolBench.Command[0], "/envelope");
        _root.Write("data/sub/photo.jpg", new byte[300_000]);
        _root.Write("data/db.sql", "hello\n"u8);
        _root.Write("passphrase", System.Text.Encoding.UTF8.GetBytes(Passphrase));

        Run("kek", "new", "local:backup");
        Run("protect", "/data", "--recurse", "--destination", "/vault", "--kek", "local:backup", "--update");
        Run("kek", "new", "local:offline", "--key-pair");
        Run("kek", "export", "local:offline", "--public-key", "--destination", "/offline.pem");
        Run("rewrap", "/vault", "--recurse", "--old-kek", "local:backup", "--new-kek", "pub:/offline.pem");
        Run("verify", "/vault", "--recurse");
        Run("unprotect", "/vault", "--recurse", "--destination", "/restored");

        Assert.Equal("hello\n", File.ReadAllText(_root["restored/db.sql"]));
        Assert.Equal(new byte[300_000], File.ReadAllBytes(_root["restored/sub/photo.jpg"]));
    }

    // "libc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x...)", or the loader's path alone; null for what the kernel gives.
    private static string? PathOf(string line) => line.Split(' ', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
        .FirstOrDefault(word => word.StartsWith('/'));

    private void Copy(string file, string place)
    {
        var copy = _root[place.TrimStart('/')];
        Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
        File.Copy(file, copy);
    }

    private void Run(params string[] arguments)
    {
        using var process = UnixTool.Start(
            "env", ["-i", "HOME=/", "ENVELOPECRYPTO_HOME=/keyring", "ENVELOPECRYPTO_KEYRING_PASSPHRASE_FILE=/passphrase", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "chroot", _root.Path, "/envelope", .. arguments]);
        process.StandardInput.Close();
        var errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"envelope {string.Join(' ', arguments)}: exit code {process.ExitCode}: {errors}");
    }
}
