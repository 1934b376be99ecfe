using EnvelopeCrypto.Primitives;

namespace EnvelopeCrypto.Audit;

/// <summary>Who writes a line.</summary>
/// <param name="User">The account as the system knows it, not as a variable says it.</param>
/// <param name="Host">The machine's name.</param>
/// <param name="Process">The process id.</param>
internal sealed record AuditSource(string User, string Host, int Process)
{
    public static AuditSource Here { get; } = new(
        OperatingSystem.IsWindows() ? $"{Environment.UserDomainName}\\{Environment.UserName}" : AccountName.Current ?? "unknown",
        Environment.MachineName,
        Environment.ProcessId);
}
