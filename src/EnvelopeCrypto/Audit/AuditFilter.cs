using EnvelopeCrypto.Keys;
using EnvelopeCrypto.Primitives;

namespace EnvelopeCrypto.Audit;

/// <summary>Which records of an audit log are wanted. What is left empty lets all through.</summary>
internal sealed record AuditFilter
{
    private const string BecomesOther = " -> ";

    /// <summary>KEKs in canonical form, or patterns with <c>*</c>; a KEK without a version means all of its versions.</summary>
    public IReadOnlyList<string> Keks { get; init; } = [];

    /// <summary>From this time on.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Before this time.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>What was done.</summary>
    public IReadOnlyList<KekOperation> Operations { get; init; } = [];

    /// <summary>What became of it.</summary>
    public IReadOnlyList<AuditOutcome> Outcomes { get; init; } = [];

    /// <summary>Names of files, or with a separator whole paths; with wildcards.</summary>
    public IReadOnlyList<WildcardPattern> Paths { get; init; } = [];

    /// <summary>Whether a record is wanted.</summary>
    public bool Matches(AuditRecord record)
    {
        ArgumentNullException.ThrowIfNull(record);
        return !(record.Time < Since) && !(record.Time >= Until)
            && (Operations.Count == 0 || Operations.Contains(record.Operation))
            && (Outcomes.Count == 0 || Outcomes.Contains(record.Outcome))
            && (Keks.Count == 0 || Array.Exists(record.Kek.Split(BecomesOther), IsWanted))
            && (Paths.Count == 0 || (record.File is { } file && Paths.Any(pattern => pattern.Matches(NameFor(pattern, file)))));
    }

    private bool IsWanted(string kek)
    {
        var name = new KekIdentity(kek).WithoutVersion.Text;
        return Keks.Any(pattern => KekPattern.Matches(pattern, kek) || KekPattern.Matches(pattern, name));
    }

    private static string NameFor(WildcardPattern pattern, string file)
    {
        var path = OperatingSystem.IsWindows() ? file.Replace('\\', '/') : file;
        return pattern.MatchesPaths ? path : path[(path.LastIndexOf('/') + 1)..];
    }
}
