using EnvelopeCrypto.Format;
using EnvelopeCrypto.Keys;

namespace EnvelopeCrypto.Files;

/// <summary>From what a rewrap is told to what becomes of each list of recipients. Its KEKs are opened once.</summary>
internal sealed class RewrapPlanner
{
    private readonly KekSession _session;
    private readonly RewrapOptions _options;
    private Wanted? _wanted;

    /// <exception cref="ArgumentException">The options contradict each other.</exception>
    public RewrapPlanner(KekSession session, RewrapOptions options)
    {
        _session = session;
        _options = RequireSense(options);
    }

    /// <summary>Opens the KEKs now instead of with the first plan.</summary>
    /// <exception cref="EnvelopeException">Why a KEK cannot be used.</exception>
    public async ValueTask PrepareAsync(CancellationToken cancellationToken) => _wanted ??= await ResolveAsync(cancellationToken);

    public async ValueTask<RewrapPlan> PlanAsync(IReadOnlyList<Recipient> recipients, CancellationToken cancellationToken)
    {
        var wanted = _wanted ??= await ResolveAsync(cancellationToken);
        if (wanted.New.Count == 0)
            return RewrapPlan.AddAndRemove(recipients, wanted.Added, wanted.Removed);
        return wanted.Old.Count == 0
            ? RewrapPlan.ReplaceAll(recipients, wanted.New)
            : RewrapPlan.Replace(recipients, wanted.Old, wanted.New);
    }

    /// <summary>The canonical forms of references.</summary>
    public async ValueTask<HashSet<string>> NamesAsync(IEnumerable<KekReference> references, CancellationToken cancellationToken)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var reference in references)
            names.Add(await _session.IdentifyAsync(reference, cancellationToken));
        return names;
    }

    private async ValueTask<Wanted> ResolveAsync(CancellationToken cancellationToken) => new(
        await _session.OpenAsync(_options.NewKeks, cancellationToken),
        await NamesAsync(_options.OldKeks, cancellationToken),
        await _session.OpenAsync(_options.AddKeks, cancellationToken),
        await NamesAsync(_options.RemoveKeks, cancellationToken));

    // What would be passed over in silence could be the KEK that was to go.
    private static RewrapOptions RequireSense(RewrapOptions options)
    {
        var addsOrRemoves = options.AddKeks.Count + options.RemoveKeks.Count > 0;
        return (options.NewKeks.Count > 0 ? addsOrRemoves : options.OldKeks.Count > 0)
            ? throw new ArgumentException("New KEKs replace others; they do not go with added or removed ones. Old KEKs need new ones.", nameof(options))
            : options;
    }

    private sealed record Wanted(IReadOnlyList<IKek> New, IReadOnlySet<string> Old, IReadOnlyList<IKek> Added, IReadOnlySet<string> Removed);
}
