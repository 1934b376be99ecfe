namespace EnvelopeCrypto.Format;

/// <summary>What the format allows at most; each is checked before memory is taken.</summary>
internal static class FormatLimits
{
    public const int MaxProtectedLength = 64 * 1024;
    public const int MaxSlotSize = 1024 * 1024;
    public const int MaxRecipients = 64;
    public const int MaxPassphraseRecipients = 2;
    public const int MaxWrappedKeyLength = 8 * 1024;
    public const int MaxContextLength = 8 * 1024;
    public const int MaxContextPairs = 64;
    public const int MaxJsonDepth = 8;

    /// <summary>The largest integer that every JSON reader holds exactly: RFC 7493 (I-JSON).</summary>
    public const long MaxInteger = (1L << 53) - 1;
}
