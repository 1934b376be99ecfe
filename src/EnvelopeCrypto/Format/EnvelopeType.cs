namespace EnvelopeCrypto.Format;

/// <summary>What an envelope holds: the protected header's <c>typ</c>.</summary>
public enum EnvelopeType
{
    /// <summary>A file: <c>file</c>.</summary>
    File,

    /// <summary>An exported local KEK: <c>kek-export</c>.</summary>
    KekExport,
}
