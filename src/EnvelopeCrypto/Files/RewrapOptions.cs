using EnvelopeCrypto.Keys;

namespace EnvelopeCrypto.Files;

/// <summary>
/// Which recipients an envelope is to have. <see cref="NewKeks"/> alone: exactly these. With <see cref="OldKeks"/>: those become the
/// new ones, others stay, and an envelope without them is left alone. <see cref="AddKeks"/> and <see cref="RemoveKeks"/> do what they say.
/// </summary>
public sealed record RewrapOptions
{
    /// <summary>The KEKs that replace others.</summary>
    public IReadOnlyList<KekReference> NewKeks { get; init; } = [];

    /// <summary>The KEKs to replace; empty for all.</summary>
    public IReadOnlyList<KekReference> OldKeks { get; init; } = [];

    /// <summary>KEKs to add.</summary>
    public IReadOnlyList<KekReference> AddKeks { get; init; } = [];

    /// <summary>KEKs to take away.</summary>
    public IReadOnlyList<KekReference> RemoveKeks { get; init; } = [];

    /// <summary>Drop old recipients although nothing proved the new ones.</summary>
    public bool NoReadBack { get; init; }

    /// <summary>Add or remove recipients although the data key opens other files too.</summary>
    public bool SharedDataKey { get; init; }

    /// <summary>What a preview cannot tell, in words; null when it can tell all: it asks no service which keys aliases mean.</summary>
    public string? PreviewLimit => OldKeks.Concat(RemoveKeks).Concat(NewKeks).FirstOrDefault(kek => kek.IsResolvedByService) is { } kek
        ? $"No service is asked for a preview, so it does not know which key {kek} is; with key ARNs it is exact."
        : null;

    /// <summary>Only say what would be done: no key is made or asked, no file touched.</summary>
    public bool WhatIf { get; init; }
}
