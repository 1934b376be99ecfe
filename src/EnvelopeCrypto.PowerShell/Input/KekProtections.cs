using EnvelopeCrypto.Keys.Local;

namespace EnvelopeCrypto.PowerShell;

/// <summary>How a KEK is to be kept, from a cmdlet's switches.</summary>
internal static class KekProtections
{
    /// <summary>Null: as is usual on this system.</summary>
    /// <exception cref="EnvelopeException">KekUnsuitable for both at once.</exception>
    public static KekProtection? Chosen(bool unprotected, bool machine)
    {
        if (unprotected && machine)
            throw new EnvelopeException(EnvelopeError.KekUnsuitable, "a KEK is kept in one way; give -Unprotected or -Machine.");
        return unprotected ? KekProtection.Unprotected : machine ? KekProtection.DpapiMachine : null;
    }
}
