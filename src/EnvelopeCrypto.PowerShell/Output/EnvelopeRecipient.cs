using EnvelopeCrypto.Format;

namespace EnvelopeCrypto.PowerShell;

/// <summary>One wrapped copy of an envelope's data key.</summary>
public sealed class EnvelopeRecipient
{
    internal EnvelopeRecipient(Recipient recipient, bool inOtherSlot)
    {
        InOtherSlot = inOtherSlot;
        Kek = recipient.Kek;
        KeyId = recipient.IsKnown ? recipient.Kid : null;
        Algorithm = recipient.Algorithm;
        PostQuantum = recipient.IsPostQuantum;
        Wrapped = recipient.IsKnown ? DateTimeOffset.FromUnixTimeSeconds(recipient.IssuedAt).LocalDateTime : null;
    }

    /// <summary>The KEK, without its version.</summary>
    public string Kek { get; }

    /// <summary>The KEK with its version; null when this program does not know the kind.</summary>
    public string? KeyId { get; }

    /// <summary>How the data key was wrapped.</summary>
    public string Algorithm { get; }

    /// <summary>Whether it stays closed to a quantum computer, as far as is known: not RSA, and not what is unknown.</summary>
    public bool PostQuantum { get; }

    /// <summary>When, in local time.</summary>
    public DateTime? Wrapped { get; }

    /// <summary>Whether only the slot has it that is not read, where the file's two recipient slots differ.</summary>
    public bool InOtherSlot { get; }

    /// <summary>The KEK.</summary>
    public override string ToString() => Kek;
}
