using System.Security.Cryptography;
using EnvelopeCrypto.Format;
using EnvelopeCrypto.Keys;

namespace EnvelopeCrypto.Records;

/// <summary>A token's front and, once one of its tokens was opened, the data key. Zeroed on dispose; serves many threads.</summary>
internal sealed class OpenedFront(TokenFront front) : IDisposable
{
    private readonly object _gate = new();
    private DataKey? _dataKey;
    private bool _disposed;

    public TokenFront Front => front;

    /// <summary>The recipient that gave the data key.</summary>
    public Recipient? OpenedBy { get; private set; }

    /// <summary>Keeps a copy of a data key that fits one of its tokens, in place of an earlier one.</summary>
    /// <param name="dataKey">The key, which the caller disposes.</param>
    /// <param name="openedBy">The recipient that gave it, where that is known.</param>
    public void Keep(DataKey dataKey, Recipient? openedBy = null)
    {
        lock (_gate)
        {
            if (_disposed)
                return;
            _dataKey?.Dispose();
            _dataKey = dataKey.Copy();
            OpenedBy = openedBy;
        }
    }

    /// <summary>Whether the data key that is kept, if there is one, is the one of a token's body.</summary>
    public bool Fits(byte[] context, byte[] body)
    {
        Span<byte> key = stackalloc byte[DataKey.Size];
        try
        {
            return TryCopyKey(key) && TokenBody.Fits(key, context, body);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    /// <summary>Opens a token's body with the data key that is kept; null when there is none, or it is not the one.</summary>
    /// <exception cref="EnvelopeException">As <see cref="TokenBody.TryOpen"/>.</exception>
    public object? TryOpen(byte[] context, byte[] body)
    {
        Span<byte> key = stackalloc byte[DataKey.Size];
        try
        {
            return TryCopyKey(key) ? TokenBody.TryOpen(key, context, body, front.Header.ValueType) : null;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            _dataKey?.Dispose();
        }
    }

    // The thread that pushes this front out may zero the key while another thread works with it.
    private bool TryCopyKey(Span<byte> key)
    {
        lock (_gate)
        {
            if (_disposed || _dataKey is null)
                return false;
            _dataKey.CopyTo(key);
            return true;
        }
    }
}
