namespace EnvelopeCrypto.Primitives;

/// <summary>A stream that can also be written at any place, by several threads at once.</summary>
internal interface IPositionedOutput
{
    /// <summary>Writes at <paramref name="offset"/>; the stream's position stays where it is.</summary>
    void WriteAt(long offset, ReadOnlySpan<byte> bytes);

    /// <summary>Says that every byte before <paramref name="position"/> was written, and goes on from there.</summary>
    void MoveTo(long position);
}
