using System.Management.Automation.Runspaces;
using System.Runtime.CompilerServices;

namespace EnvelopeCrypto.PowerShell;

/// <summary>
/// The providers that were registered, by name, for each runspace: a script block belongs to the runspace that it was made in, and no
/// other may run it. They go with the runspace, or when it removes the module.
/// </summary>
internal static class KekProviderTable
{
    private static readonly ConditionalWeakTable<Runspace, SortedDictionary<string, EnvelopeKekProvider>> Tables = [];

    /// <summary>Those of the runspace that runs this thread, in the order of their names.</summary>
    public static IReadOnlyList<EnvelopeKekProvider> Registered =>
        Runspace.DefaultRunspace is { } runspace && Tables.TryGetValue(runspace, out var table) ? [.. table.Values] : [];

    /// <summary>The one of a name; null when there is none.</summary>
    public static EnvelopeKekProvider? Find(string name) => Registered.FirstOrDefault(provider => provider.Name == name);

    /// <summary>Adds one, or replaces the one of its name.</summary>
    public static void Set(EnvelopeKekProvider provider) =>
        Tables.GetValue(Runspace.DefaultRunspace, _ => new(StringComparer.Ordinal))[provider.Name] = provider;

    /// <summary>Takes one away; false when there is none.</summary>
    public static bool Remove(string name) => Tables.TryGetValue(Runspace.DefaultRunspace, out var table) && table.Remove(name);

    /// <summary>Takes all away that this thread's runspace has.</summary>
    public static void Clear()
    {
        if (Runspace.DefaultRunspace is { } runspace)
            Tables.Remove(runspace);
    }
}
