using EnvelopeCrypto.Keys;
using EnvelopeCrypto.Keys.Local;

namespace EnvelopeCrypto.Benchmarks;

/// <summary>A temporary folder with a keyring whose KEKs <c>old</c> and <c>new</c> are unprotected, and a session that opens it.</summary>
internal sealed class BenchmarkKeyring : IDisposable
{
    private readonly KekPassphrases _passphrases = new();
    private readonly LocalKeyring _keyring;

    public BenchmarkKeyring()
    {
        _keyring = new LocalKeyring(Path.Combine(Folder, "keyring"), _passphrases);
        _keyring.Create("old", KekProtection.Unprotected);
        _keyring.Create("new", KekProtection.Unprotected);
        Session = new KekSession([new LocalKekProvider(_keyring, new Silence())], allowedKeks: []);
    }

    public static KekReference Old { get; } = KekReference.Parse("local:old");

    public static KekReference New { get; } = KekReference.Parse("local:new");

    public string Folder { get; } = Directory.CreateTempSubdirectory("envelope-benchmark-").FullName;

    public KekSession Session { get; }

    public void Dispose()
    {
        Session.Dispose();
        _keyring.Dispose();
        _passphrases.Dispose();
        Directory.Delete(Folder, recursive: true);
    }

    private sealed class Silence : INotices
    {
        public void Information(string message)
        {
            // Nobody reads it.
        }

        public void Warning(string message)
        {
            // Nobody reads it.
        }
    }
}
