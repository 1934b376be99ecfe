namespace EnvelopeCrypto.Keys;

/// <summary>The order in which an envelope's recipients are tried: what is near and cheap first.</summary>
public enum UnwrapPriority
{
    /// <summary>Local keys and certificates whose private key is here.</summary>
    Here,

    /// <summary>AWS KMS.</summary>
    KeyService,

    /// <summary>Providers that the user registered.</summary>
    RegisteredProvider,

    /// <summary>A passphrase, only when one was given.</summary>
    Passphrase,
}
