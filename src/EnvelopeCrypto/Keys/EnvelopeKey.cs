using EnvelopeCrypto.Format;

namespace EnvelopeCrypto.Keys;

/// <summary>The data key of one envelope, its recipients, and its batch when other files may have the same key.</summary>
/// <param name="dataKey">The key.</param>
/// <param name="recipients">What opens it.</param>
/// <param name="batch">16 bytes, or null for a key of the envelope's own.</param>
/// <param name="release">What to do when the envelope is written.</param>
internal sealed class EnvelopeKey(DataKey dataKey, IReadOnlyList<Recipient> recipients, byte[]? batch, Action release) : IDisposable
{
    private Action? _release = release;

    public DataKey DataKey => dataKey;

    public IReadOnlyList<Recipient> Recipients => recipients;

    public byte[]? Batch => batch;

    /// <summary>A new key for one envelope alone, zeroed when that is written.</summary>
    public static async ValueTask<EnvelopeKey> GenerateAsync(
        KekSession session, IReadOnlyList<IKek> keks, KeySubject subject, CancellationToken cancellationToken)
    {
        var (dataKey, recipients) = await session.GenerateAsync(keks, subject, isShared: false, cancellationToken);
        return new EnvelopeKey(dataKey, recipients, batch: null, dataKey.Dispose);
    }

    /// <summary>A key that the caller of the run gave, and disposes.</summary>
    public static EnvelopeKey Of(SharedDataKey given) => new(given.DataKey, given.Recipients, given.Batch, () => { });

    public void Dispose() => Interlocked.Exchange(ref _release, null)?.Invoke();
}
