namespace EnvelopeCrypto.Files;

/// <summary>How new recipients came to be.</summary>
public enum RewrapMethod
{
    /// <summary>The data key was unwrapped and wrapped again here.</summary>
    UnwrapAndWrap,

    /// <summary>The key service re-encrypted it; its plaintext stayed there.</summary>
    ReEncrypt,

    /// <summary>Recipients were only removed.</summary>
    Remove,

    /// <summary>The envelope got a new data key, and its body was encrypted again.</summary>
    RotateDataKey,
}
