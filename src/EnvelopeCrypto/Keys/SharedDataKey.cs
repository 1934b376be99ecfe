using System.Security.Cryptography;
using EnvelopeCrypto.Format;

namespace EnvelopeCrypto.Keys;

/// <summary>A data key that serves several files: the key, what opens it, and the encryption context that it was wrapped in.</summary>
internal sealed class SharedDataKey : IDisposable
{
    private readonly DataKey _dataKey;
    private readonly byte[] _batch;

    /// <param name="dataKey">The key, which this takes over.</param>
    /// <param name="recipients">At least one; each opens to this key in this context.</param>
    /// <param name="context">What the recipients were made in, and the only one that files under this key can have.</param>
    public SharedDataKey(DataKey dataKey, IEnumerable<Recipient> recipients, EncryptionContext context)
    {
        ArgumentNullException.ThrowIfNull(dataKey);
        ArgumentNullException.ThrowIfNull(context);
        Recipients = [.. recipients];
        ArgumentOutOfRangeException.ThrowIfZero(Recipients.Count, nameof(recipients));
        Context = context;
        _dataKey = dataKey;
        _batch = BatchOf(dataKey);
    }

    /// <summary>What opens the files.</summary>
    public IReadOnlyList<Recipient> Recipients { get; }

    /// <summary>The encryption context of the files.</summary>
    public EncryptionContext Context { get; }

    /// <inheritdoc/>
    public override string ToString() => $"(data key under {string.Join("; ", Recipients.Select(recipient => recipient.Kek))})";

    /// <inheritdoc/>
    public void Dispose() => _dataKey.Dispose();

    internal DataKey DataKey => _dataKey;

    internal byte[] Batch => _batch;

    /// <summary>
    /// The mark of all files under one data key, 16 bytes. Made from the key, so that a key which was stored and comes back in another
    /// run marks its files alike; who lacks the key cannot tell it from random bytes.
    /// </summary>
    internal static byte[] BatchOf(DataKey dataKey)
    {
        Span<byte> mac = stackalloc byte[HMACSHA512.HashSizeInBytes];
        HMACSHA512.HashData(dataKey.Span, "evc/v1 batch"u8, mac);
        return mac[..ProtectedHeader.BatchSize].ToArray();
    }
}
