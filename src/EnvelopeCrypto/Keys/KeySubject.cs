using EnvelopeCrypto.Format;
using EnvelopeCrypto.Keys.Calls;

namespace EnvelopeCrypto.Keys;

/// <summary>What a data key is for: what each use of a KEK for it is bound to, and what the observer is told of that.</summary>
/// <param name="Context">The encryption context.</param>
/// <param name="Path">The file; null for a record or a pipe.</param>
internal sealed record KeySubject(EncryptionContext Context, string? Path = null)
{
    /// <summary>The mark of a data key that several files or records share, 16 bytes; null for one of its own.</summary>
    public byte[]? Batch { get; init; }

    /// <summary>The use of a KEK for it.</summary>
    public KekUse Use(KekOperation operation, KekIdentity kek) =>
        new(operation, kek, Path, Context) { Batch = Batch is null ? null : Base64UrlText.Encode(Batch) };

    /// <summary>The use of a recipient's KEK to unwrap it.</summary>
    public KekUse UseToUnwrap(Recipient recipient) => Use(KekOperation.Unwrap, recipient.Kid) with { Algorithm = recipient.Algorithm };
}
