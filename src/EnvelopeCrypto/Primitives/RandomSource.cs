namespace EnvelopeCrypto.Primitives;

/// <summary>Fills a span with random bytes: the system's generator, or a fixed sequence where tests know the answer.</summary>
internal delegate void RandomSource(Span<byte> destination);
