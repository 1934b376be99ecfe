namespace EnvelopeCrypto.Format;

/// <summary>Which of two recipient slots is believed where both claim the same generation and differ.</summary>
public enum ForkedSlot
{
    /// <summary>The one that stands first in the file.</summary>
    First,

    /// <summary>The one after it.</summary>
    Second,
}
