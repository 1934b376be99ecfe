namespace EnvelopeCrypto.Audit;

/// <summary>The line that stands where half a line stood, which a process that died had left.</summary>
/// <param name="Time">When it was found.</param>
/// <param name="Length">Bytes that stood there.</param>
/// <param name="Bytes">The first of them.</param>
/// <param name="Source">Who found it.</param>
internal sealed record AuditTorn(DateTimeOffset Time, long Length, byte[] Bytes, AuditSource Source);
