using EnvelopeCrypto.Body;
using EnvelopeCrypto.Disk;

namespace EnvelopeCrypto.Files;

/// <summary>Takes plaintext in order and encrypts it, so that a body goes from one data key to another in one pass.</summary>
internal sealed class SealingStream(CobblestoneWriter body) : WriteOnlyStream
{
    public override void Write(ReadOnlySpan<byte> buffer) => body.Write(buffer);
}
