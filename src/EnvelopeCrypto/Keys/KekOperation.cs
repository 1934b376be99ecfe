namespace EnvelopeCrypto.Keys;

/// <summary>What is done with a KEK.</summary>
public enum KekOperation
{
    /// <summary>The key service makes a data key and wraps it.</summary>
    Generate,

    /// <summary>A data key is wrapped.</summary>
    Wrap,

    /// <summary>A data key is unwrapped.</summary>
    Unwrap,

    /// <summary>The key service turns a wrapped key into one under another KEK.</summary>
    ReEncrypt,

    /// <summary>A KEK is made.</summary>
    Create,

    /// <summary>A KEK gets a new version.</summary>
    Rotate,

    /// <summary>A KEK's material leaves the keyring in an export.</summary>
    Export,

    /// <summary>A KEK's material comes back from an export.</summary>
    Import,

    /// <summary>A KEK is removed.</summary>
    Remove,
}
