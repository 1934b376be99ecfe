using EnvelopeCrypto.Audit;

namespace EnvelopeCrypto.PowerShell;

/// <summary>Which audit log a cmdlet is to look at.</summary>
internal static class AuditLogs
{
    /// <exception cref="EnvelopeException">SourceNotFound: none was named.</exception>
    public static string Named(string? given) => AuditSettings.LogPath(given)
        ?? throw new EnvelopeException(
            EnvelopeError.SourceNotFound, $"no audit log is named; give -AuditLog, or set {AuditSettings.LogVariable}.");
}
