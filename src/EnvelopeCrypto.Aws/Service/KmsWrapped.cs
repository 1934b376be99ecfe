namespace EnvelopeCrypto.Aws.Service;

/// <summary>A wrapped key and the key that wrapped it.</summary>
internal sealed record KmsWrapped(string KeyArn, ReadOnlyMemory<byte> Ciphertext);
