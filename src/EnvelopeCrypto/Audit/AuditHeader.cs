using EnvelopeCrypto.Format;

namespace EnvelopeCrypto.Audit;

/// <summary>The first line of each of the log's files.</summary>
internal sealed record AuditHeader
{
    public const string Plain = "sha-256";
    public const string Keyed = "hmac-sha-256";

    public required DateTimeOffset Time { get; init; }

    /// <summary>16 random bytes, the same in all files of a log.</summary>
    public required byte[] Log { get; init; }

    /// <summary>The data key of the HMAC, wrapped; null for a plain chain.</summary>
    public Recipient? Recipient { get; init; }

    /// <summary>The name of the file that ends where this one begins; null for the first.</summary>
    public string? Continues { get; init; }

    public required AuditSource Source { get; init; }

    public string Algorithm => Recipient is null ? Plain : Keyed;
}
