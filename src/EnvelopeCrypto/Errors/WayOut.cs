namespace EnvelopeCrypto.Errors;

/// <summary>One sentence of advice, shown where it applies.</summary>
/// <param name="Text">The sentence.</param>
/// <param name="Needs">The parameters or options that the command must have, such as <c>Force</c> or <c>--force</c>.</param>
internal sealed record WayOut(string Text, params string[] Needs)
{
    /// <summary>The algorithm of the only recipients that it is about; null for all.</summary>
    public string? Of { get; init; }

    public static implicit operator WayOut(string text) => new(text);

    /// <param name="has">Whether the command has a parameter or option.</param>
    /// <param name="algorithms">Of the recipients that the failure is about; none where it is about none.</param>
    public bool Applies(Func<string, bool> has, IReadOnlyList<string> algorithms) =>
        Needs.All(has) && (Of is null || algorithms.Count == 0 || algorithms.Contains(Of, StringComparer.Ordinal));
}
