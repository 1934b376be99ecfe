namespace EnvelopeCrypto.Keys.Local;

/// <summary>How a new KEK is kept, from what a user says.</summary>
internal static class ProtectionChoice
{
    /// <summary>The words that a user can choose from.</summary>
    public static IReadOnlyList<string> Words { get; } = Enum.GetNames<KekProtection>();

    /// <summary>
    /// The protection of a new KEK: the one that was named; the keyring's passphrase when that was given with the command.
    /// </summary>
    /// <param name="named">Null when none was.</param>
    /// <param name="passphraseGiven">
    /// Whether the keyring's passphrase was given with the command itself, and not only by a variable.
    /// </param>
    /// <returns>Null for <see cref="LocalKeyring.DefaultProtection"/>.</returns>
    public static KekProtection? ForNew(KekProtection? named, bool passphraseGiven) =>
        named ?? (passphraseGiven ? KekProtection.Passphrase : null);
}
