namespace EnvelopeCrypto.Format;

/// <summary>What the format allows at most; each is checked before memory is taken.</summary>
internal static class FormatLimits
{
    public const int MaxProtectedLength = 64 * 1024;
    public const int MaxSlotSize = 1024 * 1024;

    /// <summary>The longest list of recipients: what fits into the largest slot, and what a token may have.</summary>
    public const int MaxListLength = MaxSlotSize - RecipientSlot.Overhead;

    public const int MaxRecipients = 64;
    public const int MaxPassphraseRecipients = 2;
    public const int MaxWrappedKeyLength = 8 * 1024;
    public const int MaxContextLength = 8 * 1024;
    public const int MaxContextPairs = 64;
    public const int MaxJsonDepth = 8;

    /// <summary>The longest kid, in characters: a provider's name, a colon and 256 more make 289.</summary>
    public const int MaxKidLength = 320;

    /// <summary>The last second of the year 9999, since 1970: the end of the calendar in .NET, Python and SQL.</summary>
    public const long MaxTime = 253_402_300_799;

    /// <summary>The first second of the year 1, since 1970. Only a file's last-write time lies before 1970.</summary>
    public const long MinTime = -62_135_596_800;

    /// <summary>The largest integer that every JSON reader holds exactly: RFC 7493 (I-JSON).</summary>
    public const long MaxInteger = (1L << 53) - 1;
}
