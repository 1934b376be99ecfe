using EnvelopeCrypto.Keys.Local;

namespace EnvelopeCrypto.PowerShell;

/// <summary>How a KEK is to be kept, from a cmdlet's switches.</summary>
internal static class KekProtections
{
    /// <summary>Null: as is usual on this system.</summary>
    public static KekProtection? Chosen(bool unprotected, bool machine) =>
        unprotected ? KekProtection.Unprotected : machine ? KekProtection.DpapiMachine : null;
}
