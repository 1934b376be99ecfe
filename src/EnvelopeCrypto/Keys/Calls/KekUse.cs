using EnvelopeCrypto.Format;

namespace EnvelopeCrypto.Keys.Calls;

/// <summary>One use of a KEK, as the observer sees it: no key, no data.</summary>
/// <param name="Operation">What is done.</param>
/// <param name="Kek">The KEK, or the recipient's kid where the version matters.</param>
/// <param name="Path">The file it is done for, when there is one.</param>
/// <param name="Context">The encryption context.</param>
internal sealed record KekUse(KekOperation Operation, KekIdentity Kek, string? Path, EncryptionContext Context)
{
    /// <summary>What its service turns into a recipient of the KEK, when it re-encrypts; else null.</summary>
    public KekIdentity? Source { get; init; }

    /// <summary>The KEK in words: <c>SOURCE -> KEK</c> for one that is re-encrypted.</summary>
    public string Name => Source is { } source ? $"{source} -> {Kek}" : Kek.Text;

    /// <summary>
    /// Whether what the KEK's service gave for another file of this run serves this one too: a shared data key, or the answer to the
    /// same question. Nothing was asked of the service then.
    /// </summary>
    public bool IsShared { get; init; }

    /// <summary>
    /// The mark of the data key that several records or files share, base64url; null when there is none, or it is not known yet.
    /// </summary>
    public string? Batch { get; init; }

    /// <summary>How the key is wrapped, as the recipient that is unwrapped or re-encrypted says; else null.</summary>
    internal string? Algorithm { get; init; }
}
