using System.Security.Cryptography;
using EnvelopeCrypto.Format;
using EnvelopeCrypto.Keys;

namespace EnvelopeCrypto.PowerShell;

/// <summary>
/// A data key: the KEK, the wrapped key to store, and the context. Its plaintext is reached only by <see cref="GetPlaintext"/>, never
/// shown, and zeroed by <see cref="Dispose"/>.
/// </summary>
public sealed class EnvelopeDataKey : IDisposable
{
    private readonly DataKey? _dataKey;
    private readonly Recipient _recipient;
    private readonly EncryptionContext _context;
    private bool _disposed;

    internal EnvelopeDataKey(DataKey? dataKey, Recipient recipient, EncryptionContext context)
    {
        _dataKey = dataKey;
        _recipient = recipient;
        _context = context;
        Kek = recipient.Kek;
        WrappedKey = recipient.ToText();
        Context = ContextTable.Of(context);
    }

    /// <summary>The KEK that wraps it.</summary>
    public string Kek { get; }

    /// <summary>The wrapped key as text, to store; no secret. Unprotect-DataKey takes it.</summary>
    public string WrappedKey { get; }

    /// <summary>The encryption context, which has to be given again to unwrap the key.</summary>
    public IReadOnlyDictionary<string, string> Context { get; }

    /// <summary>Whether the plaintext is here.</summary>
    public bool HasPlaintext => _dataKey is not null && !_disposed;

    /// <summary>A copy of the 32 bytes of the key, which the caller zeroes.</summary>
    /// <exception cref="EnvelopeException">PlaintextNeeded when it is not here, or was zeroed.</exception>
    public byte[] GetPlaintext()
    {
        if (!HasPlaintext)
            throw new EnvelopeException(EnvelopeError.PlaintextNeeded, "the data key's plaintext is not here.");
        var copy = GC.AllocateArray<byte>(DataKey.Size, pinned: true);
        _dataKey!.CopyTo(copy);
        return copy;
    }

    /// <summary>A copy of the key for the files of a run, which its caller disposes.</summary>
    /// <exception cref="EnvelopeException">PlaintextNeeded when it is not here, or was zeroed.</exception>
    internal SharedDataKey ForFiles()
    {
        var plain = GetPlaintext();
        try
        {
            return new SharedDataKey(DataKey.FromBytes(plain), [_recipient], _context);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(plain);
        }
    }

    /// <summary>Names the KEK, never the key.</summary>
    public override string ToString() => $"(data key under {Kek})";

    /// <inheritdoc/>
    public void Dispose()
    {
        _disposed = true;
        _dataKey?.Dispose();
    }
}
