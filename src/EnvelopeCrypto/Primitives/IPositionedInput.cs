namespace EnvelopeCrypto.Primitives;

/// <summary>A stream that can also be read at any place, by several threads at once.</summary>
internal interface IPositionedInput
{
    /// <summary>
    /// Reads up to <c>destination.Length</c> bytes at <paramref name="offset"/>, the stream's position aside; 0 only past the end.
    /// </summary>
    int ReadAt(long offset, Span<byte> destination);
}
