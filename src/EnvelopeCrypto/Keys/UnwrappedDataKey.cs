using EnvelopeCrypto.Format;

namespace EnvelopeCrypto.Keys;

/// <summary>A data key that was unwrapped and fits, and the recipient that opened it. The caller disposes it.</summary>
internal sealed record UnwrappedDataKey(DataKey DataKey, Recipient OpenedBy) : IDisposable
{
    /// <inheritdoc/>
    public void Dispose() => DataKey.Dispose();

    /// <inheritdoc/>
    public override string ToString() => $"(data key, opened by {OpenedBy.Kek})";

    /// <summary>What a recipient unwrapped to, if it is the right key; another is disposed of.</summary>
    /// <exception cref="EnvelopeException">CommitmentMismatch.</exception>
    internal static UnwrappedDataKey Require(DataKey dataKey, Recipient recipient, Func<DataKey, bool> fits)
    {
        var isFit = false;
        try
        {
            isFit = fits(dataKey);
            return isFit ? new UnwrappedDataKey(dataKey, recipient) : throw new EnvelopeException(
                EnvelopeError.CommitmentMismatch,
                "it unwraps to a key that does not fit this file; the file's header was changed, or the recipient belongs to another file.");
        }
        finally
        {
            if (!isFit)
                dataKey.Dispose();
        }
    }
}
