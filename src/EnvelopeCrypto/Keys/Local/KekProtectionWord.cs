using EnvelopeCrypto.Format;

namespace EnvelopeCrypto.Keys.Local;

/// <summary>The words for <see cref="KekProtection"/> in the keyring's files, and for people.</summary>
internal static class KekProtectionWord
{
    public static string Of(KekProtection protection) => protection switch
    {
        KekProtection.Passphrase => "passphrase",
        KekProtection.Dpapi => "dpapi-user",
        KekProtection.DpapiMachine => "dpapi-machine",
        KekProtection.Unprotected => "unprotected",
        _ => throw new ArgumentOutOfRangeException(nameof(protection)),
    };

    /// <exception cref="EnvelopeException">HeaderInvalid.</exception>
    public static KekProtection Parse(string word, string what) => word switch
    {
        "passphrase" => KekProtection.Passphrase,
        "dpapi-user" => KekProtection.Dpapi,
        "dpapi-machine" => KekProtection.DpapiMachine,
        "unprotected" => KekProtection.Unprotected,
        _ => throw CanonicalJson.Invalid(what, "names a protection that this program does not know"),
    };

    /// <summary>As the end of a sentence: "made, ...".</summary>
    public static string Describe(KekProtection protection) => protection switch
    {
        KekProtection.Passphrase => "protected by the keyring's passphrase",
        KekProtection.Dpapi => "protected by Windows for this user",
        KekProtection.DpapiMachine => "protected by Windows for this machine",
        _ => "not protected but by the file's permissions",
    };
}
