namespace EnvelopeCrypto.Body;

/// <summary>Reads up to <c>destination.Length</c> bytes at <paramref name="offset"/>; 0 only past the end.</summary>
internal delegate int PositionedRead(long offset, Span<byte> destination);
