namespace EnvelopeCrypto.Aws.Service;

/// <summary>A key pair's public half, as SubjectPublicKeyInfo.</summary>
internal sealed record KmsPublicKey(
    string KeyArn, string Usage, IReadOnlyList<string> Algorithms, ReadOnlyMemory<byte> SubjectPublicKeyInfo);
