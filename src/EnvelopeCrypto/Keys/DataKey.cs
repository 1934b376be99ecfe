using System.Diagnostics;
using System.Security.Cryptography;
using EnvelopeCrypto.Keys.Secrets;
using EnvelopeCrypto.Primitives;

namespace EnvelopeCrypto.Keys;

/// <summary>A data key (DEK): 32 random bytes that encrypt one file, or one batch. Zeroed on dispose; never shown.</summary>
[DebuggerDisplay("(data key)")]
public sealed class DataKey : IDisposable
{
    /// <summary>Length in bytes.</summary>
    public const int Size = 32;

    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    private readonly SecretBytes _bytes;

    private DataKey(SecretBytes bytes) => _bytes = bytes;

    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    internal ReadOnlySpan<byte> Span => _bytes.Span;

    /// <summary>A new data key from the system's random generator.</summary>
    public static DataKey Generate() => Generate(RandomNumberGenerator.Fill);

    /// <summary>Takes over bytes that a key service gave; the caller zeroes its own copy.</summary>
    /// <exception cref="EnvelopeException"><see cref="EnvelopeError.WrappedKeyInvalid"/> when there are not exactly 32.</exception>
    public static DataKey FromBytes(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Size)
            throw new EnvelopeException(EnvelopeError.WrappedKeyInvalid, $"the unwrapped key has {bytes.Length} bytes instead of {Size}.");
        return new DataKey(new SecretBytes(bytes));
    }

    /// <summary>Whether both are the same key, in constant time.</summary>
    internal bool SameAs(DataKey other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return CryptographicOperations.FixedTimeEquals(Span, other.Span);
    }

    /// <summary>
    /// Copies the key into <paramref name="destination"/>, 32 bytes, which the caller zeroes: for providers that wrap it.
    /// </summary>
    public void CopyTo(Span<byte> destination) => Span.CopyTo(destination);

    /// <summary>
    /// Whether a "wrapped" key shows this one: as it is, as base64, base64url or hex, or turned round. For
    /// providers that take a user's word.
    /// </summary>
    internal bool IsBareIn(ReadOnlySpan<byte> wrapped) => BareKey.IsIn(wrapped, Span);

    /// <inheritdoc/>
    public override string ToString() => "(data key)";

    /// <inheritdoc/>
    public void Dispose() => _bytes.Dispose();

    /// <summary>The same key once more, for a user who disposes it separately.</summary>
    internal DataKey Copy() => new(_bytes.Clone());

    internal static DataKey Generate(RandomSource random) => new(SecretBytes.Random(Size, random));
}
