using EnvelopeCrypto.Keys.Local;

namespace EnvelopeCrypto.PowerShell;

/// <summary>How a KEK is to be kept, from a cmdlet's parameters.</summary>
internal static class KekProtections
{
    /// <summary>Null when nothing was said.</summary>
    /// <exception cref="EnvelopeException">KekUnsuitable when it was said in two ways.</exception>
    public static KekProtection? Named(KekProtection? protection, bool unprotected, bool machine)
    {
        if ((protection is null ? 0 : 1) + (unprotected ? 1 : 0) + (machine ? 1 : 0) > 1)
            throw new EnvelopeException(
                EnvelopeError.KekUnsuitable, "a KEK is kept in one way; give -Protection, -Unprotected or -Machine.");
        return protection ?? (unprotected ? KekProtection.Unprotected : machine ? KekProtection.DpapiMachine : null);
    }
}
