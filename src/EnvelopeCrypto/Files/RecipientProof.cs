namespace EnvelopeCrypto.Files;

/// <summary>How sure it is that a new recipient opens the file. Ordered from strong to weak.</summary>
public enum RecipientProof
{
    /// <summary>It was unwrapped here again, to the same data key, which fits the body.</summary>
    Verified,

    /// <summary>The key service re-encrypted it and named the expected KEKs.</summary>
    ReEncrypted,

    /// <summary>Nothing proves it: its private key is not here, or reading back was not wanted.</summary>
    Unproven,
}
