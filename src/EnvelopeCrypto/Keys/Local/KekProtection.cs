namespace EnvelopeCrypto.Keys.Local;

/// <summary>What keeps the key material of a local KEK from anyone who gets its file.</summary>
public enum KekProtection
{
    /// <summary>The keyring's passphrase.</summary>
    Passphrase,

    /// <summary>Windows data protection (DPAPI) for the user: opens for this user only.</summary>
    Dpapi,

    /// <summary>Windows data protection (DPAPI) for the machine: opens for every account of this machine that can read the file.</summary>
    DpapiMachine,

    /// <summary>Nothing but the file's permissions. Only on explicit wish.</summary>
    Unprotected,
}
