using EnvelopeCrypto.Keys.Local;
using EnvelopeCrypto.Tests.Keys.Local;

[assembly: AssemblyFixture(typeof(SharedKeyring))]

namespace EnvelopeCrypto.Tests.Keys.Local;

/// <summary>A keyring under a passphrase, unlocked once for all tests. Each test makes KEKs of its own.</summary>
public sealed class SharedKeyring : IDisposable
{
    public const string Passphrase = "correct horse battery staple";

    private readonly KeyringPlace _place = new();
    private readonly Lazy<LocalKeyring> _keyring;

    public SharedKeyring() => _keyring = new Lazy<LocalKeyring>(() =>
    {
        var keyring = _place.Open(Passphrase);
        keyring.Create("first", KekProtection.Passphrase);
        return keyring;
    });

    public LocalKeyring Keyring => _keyring.Value;

    internal KeyringPlace Place => _place;

    public static string NewName() => $"k{Guid.NewGuid():N}";

    public void Dispose() => _place.Dispose();
}
