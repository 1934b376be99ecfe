namespace EnvelopeCrypto.Keys.Local;

/// <summary>What a change of the keyring's passphrase came to.</summary>
/// <param name="Folder">The keyring's folder.</param>
/// <param name="ReplacesOne">Whether the keyring had a passphrase before.</param>
/// <param name="Outside">KEKs that the passphrase does not protect.</param>
internal sealed record NewKeyringPassphrase(string Folder, bool ReplacesOne, IReadOnlyList<string> Outside)
{
    /// <summary>What a person should know, in sentences.</summary>
    /// <param name="option">How a KEK is brought under the passphrase: -Kek or --kek.</param>
    public IEnumerable<string> Notices(string option)
    {
        if (ReplacesOne)
            yield return "The keyring has its new passphrase. Copies made before, such as backups of its folder, still open with the old one.";
        if (Outside.Count > 0)
            yield return $"Not under the passphrase: {string.Join(", ", Outside)}. {option} brings them under it.";
    }
}
