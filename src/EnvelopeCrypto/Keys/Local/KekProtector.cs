using System.Runtime.Versioning;
using System.Security.Cryptography;
using System.Text;
using EnvelopeCrypto.Body;
using EnvelopeCrypto.Primitives;

namespace EnvelopeCrypto.Keys.Local;

/// <summary>
/// Turns a KEK's 32 bytes into what is stored, and back. What is stored is bound to the version: see
/// <see cref="KekFileVersion.BindingOf(string)"/>.
/// </summary>
internal sealed class KekProtector(KeyringFolder folder, KeyringUnlock unlock, RandomSource random)
{
    /// <summary>Refuses a protection that this system has not, and asks for what sealing will need, before the lock is taken.</summary>
    /// <exception cref="EnvelopeException">KekProtectionUnavailable, KeyringPassphraseWrong, PassphraseRequired and the like.</exception>
    public void Prepare(KekProtection protection)
    {
        if (protection == KekProtection.Passphrase)
            unlock.Prepare();
        else if (protection != KekProtection.Unprotected && !OperatingSystem.IsWindows())
            throw NotOnThisSystem(protection);
    }

    /// <summary>What is stored for a key. Under the lock, since it can make <c>keyring.json</c>.</summary>
    public SecretBytes Seal(KekProtection protection, string binding, SecretBytes key) => protection switch
    {
        KekProtection.Passphrase => new SecretBytes(Cobblestone.Seal(unlock.KeyToSeal().Span, ContextOf(binding), key.Span, random)),
        KekProtection.Unprotected => key.Clone(),
        _ => OperatingSystem.IsWindows() ? Protect(protection, binding, key) : throw NotOnThisSystem(protection),
    };

    /// <summary>The key of a version, 32 bytes, which the caller disposes.</summary>
    /// <exception cref="EnvelopeException">
    /// KeyringDamaged, KeyringPassphraseWrong, KekProtectionUnavailable, PassphraseRequired and the like.
    /// </exception>
    public SecretBytes Open(KekFile kek, KekFileVersion version) => kek.Protection switch
    {
        KekProtection.Passphrase => OpenSealed(kek, version),
        KekProtection.Unprotected => version.Key.Clone(),
        _ => OperatingSystem.IsWindows() ? Unprotect(kek, version) : throw NotOnThisSystem(kek.Protection!.Value),
    };

    /// <summary>Proves that the KEK belongs to this keyring and user, before a version is put beside what no one here can open.</summary>
    /// <exception cref="EnvelopeException">As <see cref="Open"/>.</exception>
    public void RequireOpens(KekFile kek) => Open(kek, kek.Current).Dispose();

    private static byte[] ContextOf(string binding) => [.. "evc/v1 keyring\0"u8, .. Encoding.ASCII.GetBytes(binding)];

    private SecretBytes OpenSealed(KekFile kek, KekFileVersion version)
    {
        var keyringKey = unlock.Key() ?? throw KeyringFailure.KeyringMissing(folder.KeyringPath, kek.Reference);
        var key = new SecretBytes(Cobblestone.KeySize);
        if (Cobblestone.TryOpen(keyringKey.Span, ContextOf(version.BindingOf(kek.Name)), version.Key.Span, key.Span))
            return key;
        key.Dispose();
        throw KeyringFailure.Damaged(
            folder.KekPath(kek.Name), $"has a version {version} that does not open: it was changed, or comes from another keyring");
    }

    [SupportedOSPlatform("windows")]
    private static SecretBytes Protect(KekProtection protection, string binding, SecretBytes key)
    {
        var plain = key.Span.ToArray();
        try
        {
            return new SecretBytes(ProtectedData.Protect(plain, ContextOf(binding), ScopeOf(protection)));
        }
        catch (CryptographicException failure)
        {
            throw new EnvelopeException(
                EnvelopeError.KekProtectionUnavailable, $"Windows could not protect the key: {failure.Message}", failure);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(plain);
        }
    }

    [SupportedOSPlatform("windows")]
    private SecretBytes Unprotect(KekFile kek, KekFileVersion version)
    {
        byte[] plain;
        try
        {
            plain = ProtectedData.Unprotect(version.Key.Span.ToArray(), ContextOf(version.BindingOf(kek.Name)), ScopeOf(kek.Protection));
        }
        catch (CryptographicException failure)
        {
            throw new EnvelopeException(
                EnvelopeError.KekProtectionUnavailable,
                $"Windows does not open {kek.Reference} here: another user or machine protected it, or its file was changed. "
                + $"Import its backup. ({failure.Message})",
                failure);
        }
        try
        {
            return plain.Length == Cobblestone.KeySize
                ? new SecretBytes(plain)
                : throw KeyringFailure.Damaged(folder.KekPath(kek.Name), $"has a version {version} that holds no key");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(plain);
        }
    }

    [SupportedOSPlatform("windows")]
    private static DataProtectionScope ScopeOf(KekProtection? protection) =>
        protection == KekProtection.DpapiMachine ? DataProtectionScope.LocalMachine : DataProtectionScope.CurrentUser;

    private static EnvelopeException NotOnThisSystem(KekProtection protection) => new(
        EnvelopeError.KekProtectionUnavailable,
        $"the protection {protection} exists on Windows only. A KEK that is made here takes {KekProtection.Passphrase} or "
        + $"{KekProtection.Unprotected}; one that was made on Windows is exported there and imported here.");
}
