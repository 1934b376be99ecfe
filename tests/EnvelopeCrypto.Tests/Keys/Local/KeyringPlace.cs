using EnvelopeCrypto.Disk;
using EnvelopeCrypto.KeyPairs;
using EnvelopeCrypto.Keys;
using EnvelopeCrypto.Keys.Local;
using EnvelopeCrypto.Tests.Support;

namespace EnvelopeCrypto.Tests.Keys.Local;

/// <summary>A place for one test's keyring, which is removed afterwards.</summary>
internal sealed class KeyringPlace : IDisposable
{
    private readonly List<IDisposable> _opened = [];

    public string Home { get; } = Path.Combine(Path.GetTempPath(), $"evc-keyring-{Guid.NewGuid():N}");

    public string Folder => Path.Combine(Home, "keyring");

    public string KekPath(string name) => Path.Combine(Folder, $"kek.{name}.json");

    public string KeyringPath => Path.Combine(Folder, "keyring.json");

    public LocalKeyring Open(
        string? passphrase = null, IPassphrasePrompt? prompt = null, TimeProvider? time = null, FileSystem? files = null)
    {
        var passphrases = new KekPassphrases(prompt);
        if (passphrase is not null)
            passphrases.Keyring.Set(passphrase);
        var keyring = new LocalKeyring(Folder, passphrases, time ?? PatientTime.Instance, files ?? FileSystem.Default) { KeyPairs = () => new XWing() };
        _opened.Add(keyring);
        _opened.Add(passphrases);
        return keyring;
    }

    /// <summary>Opens it with one passphrase to give it another.</summary>
    public LocalKeyring OpenToChange(string? passphrase, string next, INotices? notices = null)
    {
        var passphrases = new KekPassphrases();
        if (passphrase is not null)
            passphrases.Keyring.Set(passphrase);
        passphrases.NewKeyring.Set(next);
        var keyring = new LocalKeyring(Folder, passphrases) { Notices = notices };
        _opened.Add(keyring);
        _opened.Add(passphrases);
        return keyring;
    }

    /// <summary>Puts a file there as the keyring would.</summary>
    public void Put(string path, string text)
    {
        KeyringPrivacy.MakeFolder(Folder);
        File.WriteAllText(path, text);
        Chmod(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    public static void Chmod(string path, UnixFileMode mode)
    {
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, mode);
    }

    public void Dispose()
    {
        foreach (var opened in _opened)
            opened.Dispose();
        if (Directory.Exists(Home))
            Directory.Delete(Home, recursive: true);
    }
}
