using EnvelopeCrypto.Format;
using EnvelopeCrypto.Keys.Calls;

namespace EnvelopeCrypto.Keys;

/// <summary>
/// Hands one data key to several files, so that a key service is asked once for all of them. Anyone who can open one of these files can
/// open them all; their headers say so. Serves many threads; those that need a key at the same time share one call.
/// </summary>
/// <remarks>
/// A message of Cobblestone-256 has keys of its own, derived from the data key and a random salt of 24 bytes. The published limits are
/// 2^45 messages of 1 GiB for one data key. A file that is larger, or whose length is not known, gets a data key of its own; beside
/// its encryption a call is nothing. The limits here are far lower: they bound what one lost data key opens.
/// </remarks>
internal sealed class DataKeyPool(
    KekSession session, IReadOnlyList<IKek> keks, EncryptionContext context, int filesPerKey, TimeProvider time) : IDisposable
{
    /// <summary>Files that one data key can serve at most: a million.</summary>
    public const int MaxFiles = 1_000_000;

    /// <summary>Bytes of a file that can share a data key: 1 GiB.</summary>
    public const long MaxFileLength = 1L << 30;

    /// <summary>Bytes of all files under one data key: 64 GiB.</summary>
    public const long MaxBytes = 1L << 36;

    /// <summary>How long a data key is given to further files.</summary>
    public static readonly TimeSpan MaxAge = TimeSpan.FromMinutes(5);

    private readonly object _gate = new();
    private Shared? _current;
    private bool _disposed;

    /// <summary>The data key for a file. The caller disposes it when the file is written.</summary>
    /// <param name="length">Bytes of the file; null when not known.</param>
    /// <param name="path">The file, for the observer.</param>
    /// <param name="cancellationToken">Stops the call to the key service.</param>
    /// <exception cref="EnvelopeException">
    /// Whatever generating can fail with, for all files that waited for it; the next one tries again.
    /// </exception>
    public async ValueTask<EnvelopeKey> TakeAsync(long? length, string? path, CancellationToken cancellationToken)
    {
        if (length is not <= MaxFileLength)
            return await EnvelopeKey.GenerateAsync(session, keks, new KeySubject(context, path), cancellationToken);
        while (true)
        {
            var (key, isMine) = Reserve(length.Value);
            try
            {
                if (isMine)
                    await key.Call.MakeAsync(() => GenerateAsync(key, path, cancellationToken));
                else if (!await key.Call.WaitAsync(cancellationToken))
                {
                    Release(key);
                    continue;
                }
                else
                    await session.ShareAsync(keks, new KeySubject(context, path) { Batch = key.Call.Answer.Batch }, cancellationToken);
                var made = key.Call.Answer;
                return new EnvelopeKey(made.DataKey, made.Recipients, made.Batch, () => Release(key));
            }
            catch
            {
                Release(key);
                throw;
            }
        }
    }

    /// <summary>The key goes when the last file that has it is written.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            Retire(_current);
        }
    }

    private (Shared Key, bool IsMine) Reserve(long length)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            var isMine = _current is null || !_current.HasRoom(length, time);
            if (isMine)
            {
                Retire(_current);
                _current = new Shared(filesPerKey, time.GetTimestamp());
            }
            _current!.Add(length);
            return (_current, isMine);
        }
    }

    private async ValueTask<Generated> GenerateAsync(Shared key, string? path, CancellationToken cancellationToken)
    {
        try
        {
            var (dataKey, recipients) = await session.GenerateAsync(keks, new KeySubject(context, path), isShared: true, cancellationToken);
            return new Generated(dataKey, recipients, SharedDataKey.BatchOf(dataKey));
        }
        catch
        {
            lock (_gate)
                Retire(key);
            throw;
        }
    }

    private void Release(Shared key)
    {
        lock (_gate)
        {
            key.Users--;
            key.DisposeWhenDone();
        }
    }

    private void Retire(Shared? key)
    {
        if (key is null)
            return;
        key.IsRetired = true;
        key.DisposeWhenDone();
        if (_current == key)
            _current = null;
    }

    private sealed record Generated(DataKey DataKey, IReadOnlyList<Recipient> Recipients, byte[] Batch);

    /// <summary>A data key, or one that is being made, and what it can still serve.</summary>
    private sealed class Shared(int files, long made)
    {
        private int _filesLeft = files;
        private long _bytesLeft = MaxBytes;

        public SharedCall<Generated> Call { get; } = new();

        public int Users { get; set; }

        public bool IsRetired { get; set; }

        public bool HasRoom(long length, TimeProvider time) => _filesLeft > 0 && _bytesLeft >= length && time.GetElapsedTime(made) < MaxAge;

        public void Add(long length)
        {
            Users++;
            _filesLeft--;
            _bytesLeft -= length;
            IsRetired |= _filesLeft == 0;
        }

        public void DisposeWhenDone()
        {
            if (IsRetired && Users == 0 && Call.HasAnswer)
                Call.Answer.DataKey.Dispose();
        }
    }
}
