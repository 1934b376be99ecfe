namespace EnvelopeCrypto.Aws.Service;

/// <summary>What ReEncrypt answers.</summary>
internal sealed record KmsReEncrypted(string SourceKeyArn, string KeyArn, ReadOnlyMemory<byte> Ciphertext);
