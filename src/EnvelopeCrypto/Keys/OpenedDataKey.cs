using EnvelopeCrypto.Format;

namespace EnvelopeCrypto.Keys;

/// <summary>A data key that was unwrapped and fits, and the recipient that opened it. The caller disposes it.</summary>
public sealed record OpenedDataKey(DataKey DataKey, Recipient OpenedBy) : IDisposable
{
    /// <inheritdoc/>
    public void Dispose() => DataKey.Dispose();

    /// <inheritdoc/>
    public override string ToString() => $"(data key, opened by {OpenedBy.Kek})";
}
