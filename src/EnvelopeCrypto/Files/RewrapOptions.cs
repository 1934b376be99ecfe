using EnvelopeCrypto.Format;
using EnvelopeCrypto.Keys;

namespace EnvelopeCrypto.Files;

/// <summary>
/// Which recipients an envelope is to have. <see cref="NewKeks"/> alone: exactly these. With <see cref="OldKeks"/>: those become the
/// new ones, others stay, and an envelope without them is left alone. <see cref="AddKeks"/> and <see cref="RemoveKeks"/> do what they
/// say. <see cref="WrappedBefore"/> alone: what was wrapped earlier is wrapped again by its own KEK. <see cref="RotateDataKey"/> goes with
/// each of these, and alone keeps the KEKs.
/// </summary>
public sealed record RewrapOptions
{
    /// <summary>
    /// A KEK that is added and removed at once, which wraps again and is seldom what was meant; null when there is none. A new passphrase
    /// may well take an old one's place.
    /// </summary>
    internal KekReference? AddedAndRemoved => AddKeks.Intersect(RemoveKeks).FirstOrDefault(kek => kek.Kind != KekKind.Passphrase);

    /// <summary>The KEKs that replace others.</summary>
    public IReadOnlyList<KekReference> NewKeks { get; init; } = [];

    /// <summary>The KEKs to replace; empty for all.</summary>
    public IReadOnlyList<KekReference> OldKeks { get; init; } = [];

    /// <summary>KEKs to add.</summary>
    public IReadOnlyList<KekReference> AddKeks { get; init; } = [];

    /// <summary>KEKs to take away.</summary>
    public IReadOnlyList<KekReference> RemoveKeks { get; init; } = [];

    /// <summary>
    /// Give each envelope a new data key and encrypt its body again, in one pass beside the old file, which stays until the new one is
    /// complete. Anyone who kept the old data key can then neither read nor forge what is written from there on. A batch's shared data key
    /// becomes the envelope's own. Done again with each run, unless <see cref="WrappedBefore"/> says which files are meant.
    /// </summary>
    public bool RotateDataKey { get; init; }

    /// <summary>
    /// With <see cref="RotateDataKey"/>: an envelope that the run leaves as it is fails (NotRotated), unless one of the new KEKs opens it
    /// that no one wraps for without having it, as after an earlier run. Anyone who leaked a KEK can have taken its recipient out.
    /// </summary>
    public bool RequireRotation { get; init; }

    /// <summary>
    /// Only what was wrapped before this moment, as recipients say. With <see cref="OldKeks"/> their later recipients stay; with
    /// <see cref="NewKeks"/> alone, or <see cref="RotateDataKey"/>, envelopes without an earlier one are left alone. An earlier recipient
    /// is made again even by the same KEK in the same version: AWS KMS takes a rotated key's newest material then. Not with
    /// <see cref="AddKeks"/> and <see cref="RemoveKeks"/>, but for a new data key.
    /// </summary>
    public DateTimeOffset? WrappedBefore { get; init; }

    /// <summary>
    /// Which slot to believe in an envelope whose two slots claim the same generation and differ (RecipientsForked); others are not
    /// concerned. What the other slot alone has is dropped, so a recipient that is left must be proven to open. Alone it mends the
    /// file and changes nothing else.
    /// </summary>
    public ForkedSlot? Slot { get; init; }

    /// <summary>Drop old recipients although nothing proved the new ones.</summary>
    public bool NoReadBack { get; init; }

    /// <summary>Add or remove recipients although the data key opens other files too.</summary>
    public bool SharedDataKey { get; init; }

    /// <summary>What a preview cannot tell, in words; null when it can tell all: it asks no service which keys aliases mean.</summary>
    internal string? PreviewLimit => OldKeks.Concat(RemoveKeks).Concat(NewKeks).FirstOrDefault(kek => kek.IsResolvedByService) is { } kek
        ? $"No service is asked for a preview, so it does not know which key {kek} is; with key ARNs it is exact."
        : null;

    /// <summary>Only say what would be done: no key is made or asked, no file touched.</summary>
    public bool WhatIf { get; init; }
}
