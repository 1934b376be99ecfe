using System.Collections.ObjectModel;

namespace EnvelopeCrypto.PowerShell;

/// <summary>KEK references that print joined with <c>; </c>, so that a CSV file shows them, and that <c>-contains</c> looks into.</summary>
public sealed class KekNames(IEnumerable<string> names) : ReadOnlyCollection<string>([.. names])
{
    /// <inheritdoc/>
    public override string ToString() => string.Join("; ", this);
}
