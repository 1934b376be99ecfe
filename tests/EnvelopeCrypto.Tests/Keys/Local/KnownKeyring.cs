namespace EnvelopeCrypto.Tests.Keys.Local;

/// <summary>
/// A keyring written by another program, from docs/keyring.md, with Python's hashlib and cryptography. The keys are the bytes 0x20
/// to 0x3f and 0x40 to 0x5f; the passphrase is <see cref="SharedKeyring.Passphrase"/>.
/// </summary>
internal static class KnownKeyring
{
    public const string Keyring =
        """
        {"format":1,"salt":"AAECAwQFBgcICQoLDA0ODw","iterations":600000,"verifier":"ZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXp7NFprIsqYnqdLG7qZjLDNpndic-FlDNhht0uD7OJ-8wusbqzEBmh39udY3_RyljRB"}
        """;

    /// <summary>The same keyring moved to another passphrase: its keyring key is that of <see cref="Keyring"/>.</summary>
    public const string Moved =
        """
        {"format":2,"salt":"cHFyc3R1dnd4eXp7fH1-fw","iterations":600000,"key":"gIGCg4SFhoeIiYqLjI2Oj5CRkpOUlZaX73Iz8aMrj79DUB8cyifonjSZXQIvma-R_t5T2riSfOA-bdxUPlCYawZY2dbkC0vFgxxCSIjHV0T1U-xAUndBFCfIsJ7LD4da1_fhjFlzGJg"}
        """;

    /// <summary>The passphrase of <see cref="Moved"/>.</summary>
    public const string MovedPassphrase = "ein neuer Satz für den Bund";

    public const string Kek =
        """
        {"format":1,"name":"payroll","protection":"passphrase","current":"AgICAgICAgICAgICAgICAg","versions":[{"version":1,"key_id":"AQEBAQEBAQEBAQEBAQEBAQ","created":1795284001,"key":"AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBZjkQzL4x7Y0zNr15ZZd3IZhHmO_IMa6uh3rs027fjeFxUloiEe4hl90gsmgMqyAVAlPqgfNKw8TDKErB8gRgWpgg4GFBHVAn7O3dvH5PA-U"},{"version":2,"key_id":"AgICAgICAgICAgICAgICAg","created":1795284002,"key":"AgICAgICAgICAgICAgICAgICAgICAgIC3RKXx61Imo75EhsX7jcqtOv2xP8F8FfYwRLpW6OpFwXnlpkHW7bl8_Js0HCo8AeKZYamRBARcNlmyJPM54Tr9XI2Y535fhH6EY6UQ21nHEc"}]}
        """;

    public const string Unprotected =
        """
        {"format":1,"name":"payroll","protection":"unprotected","current":"AgICAgICAgICAgICAgICAg","versions":[{"version":1,"key_id":"AQEBAQEBAQEBAQEBAQEBAQ","created":1795284001,"key":"ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8"},{"version":2,"key_id":"AgICAgICAgICAgICAgICAg","created":1795284002,"key":"QEFCQ0RFRkdISUpLTE1OT1BRUlNUVVZXWFlaW1xdXl8"}]}
        """;

    public const string Backup =
        """
        {"format":1,"name":"payroll","current":"AgICAgICAgICAgICAgICAg","versions":[{"version":1,"key_id":"AQEBAQEBAQEBAQEBAQEBAQ","created":1795284001,"key":"ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8"},{"version":2,"key_id":"AgICAgICAgICAgICAgICAg","created":1795284002,"key":"QEFCQ0RFRkdISUpLTE1OT1BRUlNUVVZXWFlaW1xdXl8"}]}
        """;

    /// <summary>The kid of version 1, and the data key 0xc8 to 0xe7 wrapped under it without an encryption context.</summary>
    public const string OldKid = "local:payroll/1/AQEBAQEBAQEBAQEBAQEBAQ";

    public const string OldWrap =
        "CQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJA5qzQ2aXmUkcNxkt9qseAVP1lmcwqgkeuhVuU-ZR4C-t895lzyx5GHgVKmnCAz9Vl4RfOXBddDeIkTSuM3BB1_7eYBoftPcjipvEQ5-jn18";
}
