using EnvelopeCrypto.Keys;

namespace EnvelopeCrypto.Aws.Service;

/// <summary>A data key, which the receiver disposes; the wrapped key is there when the service just made it.</summary>
internal sealed record KmsUnwrapped(string KeyArn, DataKey DataKey, ReadOnlyMemory<byte> Ciphertext) : IDisposable
{
    public void Dispose() => DataKey.Dispose();
}
