using EnvelopeCrypto.Format;
using EnvelopeCrypto.Keys;

namespace EnvelopeCrypto.Files;

/// <summary>What a rewrap will do to one envelope's recipients: which stay, which go, and which KEKs get a new one.</summary>
internal sealed record RewrapPlan
{
    /// <summary>The recipients to come, in order: those that stay, and places for new ones.</summary>
    public required IReadOnlyList<Place> Places { get; init; }

    /// <summary>Recipients that go.</summary>
    public required IReadOnlyList<Recipient> Dropped { get; init; }

    public IEnumerable<Recipient> Kept => Places.Where(place => place.Existing is not null).Select(place => place.Existing!);

    public IEnumerable<Place> New => Places.Where(place => place.Kek is not null);

    /// <summary>Whether bytes go that may hold a recipient which cannot be read: those of a damaged slot.</summary>
    public bool DropsUnread { get; init; }

    public bool ChangesNothing => !Drops && !New.Any();

    /// <summary>Whether a way in goes, or could.</summary>
    public bool Drops => Dropped.Count > 0 || DropsUnread;

    /// <summary>Whether a KEK that is wanted is there already, as only the file says.</summary>
    public bool RestsOnClaims => Places.Any(place => place.StaysFor is not null);

    /// <summary>Whether a recipient that goes is the source of none that comes.</summary>
    public bool DropsOthers => DropsUnread || Dropped.Any(recipient => !New.Any(place => ReferenceEquals(place.Source, recipient)));

    /// <summary>
    /// Whether the source of a recipient to be re-encrypted could be another file's, copied here by somebody who can write the file: a
    /// KEK's recipient stands in an envelope once.
    /// </summary>
    public bool HasCopiedSource =>
        New.Any(place => place.Source is { } source && Kept.Concat(Dropped).Count(recipient => recipient.Kek == source.Kek) > 1);

    /// <summary>The KEKs that will open the envelope, each once.</summary>
    public IEnumerable<string> Keks => Places.Select(place => place.Existing?.Kek ?? place.Kek!.Reference).Distinct(StringComparer.Ordinal);

    /// <summary>The KEKs that open the envelope now, and will not.</summary>
    public IReadOnlyList<string> RemovedKeks => [.. Dropped.Select(recipient => recipient.Kek).Except(Keks, StringComparer.Ordinal)];

    /// <summary>
    /// With <paramref name="newKeks"/> alone: the envelope ends with exactly these, each in its newest version and wrapped no earlier than
    /// <paramref name="before"/>.
    /// </summary>
    public static RewrapPlan ReplaceAll(IReadOnlyList<Recipient> recipients, IReadOnlyList<IKek> newKeks, DateTimeOffset? before = null)
    {
        var kept = newKeks.ToDictionary(
            kek => kek, kek => recipients.FirstOrDefault(recipient => kek.IsNewest(recipient) && !IsEarlier(recipient, before)));
        var dropped = recipients.Except(kept.Values.OfType<Recipient>()).ToList();
        var places = NewPlaces(newKeks.Where(kek => kept[kek] is null), dropped, recipients).ToDictionary(place => place.Kek!);
        return new RewrapPlan
        {
            Places =
                [.. newKeks.Select(kek => kept[kek] is { } existing ? new Place(existing, null, null) { StaysFor = kek } : places[kek])],
            Dropped = dropped,
        };
    }

    /// <summary>Whether each new recipient comes from the only one by which the file names its KEK.</summary>
    public bool IsEachItsOwnSource => New.All(place => place.Claims is [var own] && own == place.Source);

    /// <summary>
    /// Recipients of <paramref name="oldKeks"/> become the new ones; others stay where they are. One that is wanted as it is stays, and
    /// those that are missing come beside it. With <paramref name="before"/>, only the earlier ones, and these even when their KEK and
    /// version are wanted.
    /// </summary>
    public static RewrapPlan Replace(
        IReadOnlyList<Recipient> recipients, IReadOnlySet<string> oldKeks, IReadOnlyList<IKek> newKeks, DateTimeOffset? before = null)
    {
        var old = recipients.Where(recipient => oldKeks.Contains(recipient.Kek)).ToList();
        var dropped = old.Where(Goes).ToList();
        if (dropped.Count == 0 && (before is not null || old.Count == 0))
            return Nothing(recipients);

        var missing = newKeks.Where(kek => !recipients.Any(recipient => kek.IsNewest(recipient) && !dropped.Contains(recipient)));
        var places = recipients.Select(recipient => Stay(recipient, newKeks)).ToList();
        var first = dropped.Count > 0 ? IndexOf(dropped[0]) : IndexOf(old[0]) + 1;
        places.InsertRange(first, NewPlaces(missing, dropped, recipients));
        places.RemoveAll(place => place.Existing is { } existing && dropped.Contains(existing));
        return new RewrapPlan { Places = places, Dropped = dropped };

        int IndexOf(Recipient recipient) => places.FindIndex(place => place.Existing == recipient);

        bool Goes(Recipient recipient) => before is null ? !newKeks.Any(kek => kek.IsNewest(recipient)) : IsEarlier(recipient, before);
    }

    /// <summary>
    /// Recipients that were wrapped before that moment are made again by their own KEKs. These the file alone has named, so each must
    /// first open: a false claim must not get the data key.
    /// </summary>
    public static RewrapPlan Renew(IReadOnlyList<Recipient> recipients, IReadOnlyList<IKek> theirKeks, DateTimeOffset before)
    {
        var plan = Replace(recipients, theirKeks.Select(kek => kek.Reference).ToHashSet(StringComparer.Ordinal), theirKeks, before);
        return plan with { Places = [.. plan.Places.Select(place => place.Kek is null ? place : OfItsOwn(place))] };

        // Nor may it get the data key by way of another's recipient, which the service would re-encrypt.
        Place OfItsOwn(Place place)
        {
            var claims = plan.Dropped.Where(recipient => recipient.Kek == place.Kek!.Reference).ToList();
            return place with { Claims = claims, Source = place.Source is { } source && claims.Contains(source) ? source : null };
        }
    }

    /// <summary>Adds recipients that are missing, and takes others away.</summary>
    public static RewrapPlan AddAndRemove(IReadOnlyList<Recipient> recipients, IReadOnlyList<IKek> added, IReadOnlySet<string> removed)
    {
        var dropped = recipients.Where(recipient => removed.Contains(recipient.Kek)).ToList();
        var missing = added.Where(kek => !recipients.Any(recipient => kek.IsNewest(recipient) && !dropped.Contains(recipient)));
        return new RewrapPlan
        {
            Places =
                [.. recipients.Except(dropped).Select(recipient => Stay(recipient, added)), .. NewPlaces(missing, dropped, recipients)],
            Dropped = dropped,
        };
    }

    /// <summary>Whether a recipient says that it was wrapped before that moment. One of an unknown kind says nothing.</summary>
    public static bool IsEarlier(Recipient recipient, DateTimeOffset? before) =>
        recipient.IsKnown && recipient.IssuedAt < before?.ToUnixTimeSeconds();

    private static Place Stay(Recipient recipient, IReadOnlyList<IKek> named) =>
        new(recipient, null, null) { StaysFor = named.FirstOrDefault(kek => kek.IsNewest(recipient)) };

    /// <summary>All stay, some of them for KEKs that were named.</summary>
    public static RewrapPlan Nothing(IReadOnlyList<Recipient> recipients, params IReadOnlyList<IKek> named) =>
        new() { Places = [.. recipients.Select(recipient => Stay(recipient, named))], Dropped = [] };

    // A re-encrypted recipient may replace only the one it came from, so each takes one of those that go; once all are taken, one again.
    private static List<Place> NewPlaces(IEnumerable<IKek> keks, IReadOnlyList<Recipient> dropped, IReadOnlyList<Recipient> recipients)
    {
        var free = dropped.ToList();
        var places = new List<Place>();
        foreach (var kek in keks)
        {
            var source = SourceFor(kek, free) ?? SourceFor(kek, dropped) ?? SourceFor(kek, recipients);
            if (source is not null)
                free.Remove(source);
            places.Add(new Place(null, kek, source));
        }
        return places;
    }

    private static Recipient? SourceFor(IKek kek, IEnumerable<Recipient> candidates) =>
        kek is IReEncryptingKek service ? candidates.Where(service.CanReEncrypt).MaxBy(candidate => candidate.Kek == kek.Reference) : null;

    /// <summary>
    /// A recipient that stays, or a KEK for a new one, perhaps re-encrypted by its service from <paramref name="Source"/>.
    /// </summary>
    internal sealed record Place(Recipient? Existing, IKek? Kek, Recipient? Source)
    {
        /// <summary>
        /// The KEK that was named as wanted, and that this recipient claims to be of already. Anyone who can write the file can make
        /// such a claim, so it is proven before others go.
        /// </summary>
        public IKek? StaysFor { get; init; }

        /// <summary>The recipients by which the file names the KEK, when no one else did: one of them must open.</summary>
        public IReadOnlyList<Recipient> Claims { get; init; } = [];
    }
}
