using EnvelopeCrypto.Format;

namespace EnvelopeCrypto.Records;

/// <summary>How tokens are to be decrypted.</summary>
public sealed record UnprotectRecordOptions
{
    /// <summary>Pairs that a token's encryption context must have.</summary>
    public EncryptionContext RequiredContext { get; init; } = EncryptionContext.Empty;
}
