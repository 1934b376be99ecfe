using System.Collections.Concurrent;
using EnvelopeCrypto.Format;
using EnvelopeCrypto.Keys;

namespace EnvelopeCrypto.Files;

/// <summary>What a run of rewraps wants of each envelope, its KEKs opened, and the plan that follows for one envelope.</summary>
internal sealed class RewrapRequest
{
    private readonly KekSession _session;
    private readonly RewrapOptions _options;
    private readonly RecipientKeks _recipientKeks;
    private readonly IReadOnlyList<IKek> _new;
    private readonly IReadOnlySet<string> _old;
    private readonly IReadOnlyList<IKek> _added;
    private readonly IReadOnlySet<string> _removed;
    private readonly ConcurrentDictionary<string, bool> _met = new(StringComparer.Ordinal); // the KEKs of the run's files
    private IReadOnlyList<(KekReference Kek, string Why)>? _unknown; // looked up for the first file that has a key pair

    private RewrapRequest(
        KekSession session,
        RewrapOptions options,
        RecipientKeks recipientKeks,
        IReadOnlyList<IKek> newKeks,
        IReadOnlySet<string> old,
        IReadOnlyList<IKek> added,
        IReadOnlySet<string> removed)
    {
        (_session, _options, _recipientKeks) = (session, options, recipientKeks);
        (_new, _old, _added, _removed) = (newKeks, old, added, removed);
    }

    /// <summary>The KEKs that replace others, opened.</summary>
    public IReadOnlyList<IKek> NewKeks => _new;

    /// <summary>Rejects contradictory options: ignoring one could keep the KEK that the user meant to remove.</summary>
    /// <exception cref="ArgumentException">The options contradict each other.</exception>
    public static RewrapOptions Validate(RewrapOptions options)
    {
        var addsOrRemoves = options.AddKeks.Count + options.RemoveKeks.Count > 0;
        if (options.NewKeks.Count > 0 ? addsOrRemoves : options.OldKeks.Count > 0)
        {
            throw new ArgumentException(
                "New KEKs replace others; they do not go with added or removed ones. Old KEKs need new ones.", nameof(options));
        }
        if (options is { RequireRotation: true, RotateDataKey: false })
            throw new ArgumentException("To require rotated data keys, they have to be rotated.", nameof(options));
        return options is { WrappedBefore: not null, RotateDataKey: false } && addsOrRemoves
            ? throw new ArgumentException("What was wrapped earlier is replaced, not added to or removed.", nameof(options))
            : options;
    }

    /// <summary>Opens the KEKs that wrap; for a preview they are names, and nothing is opened or asked.</summary>
    /// <exception cref="EnvelopeException">Why a KEK cannot be used.</exception>
    public static async ValueTask<RewrapRequest> OpenAsync(
        KekSession session, RewrapOptions options, RecipientKeks recipientKeks, CancellationToken cancellationToken)
    {
        return new(
            session,
            options,
            recipientKeks,
            await ReadyAsync(options.NewKeks),
            await NamesAsync(session, options.OldKeks, cancellationToken),
            await ReadyAsync(options.AddKeks),
            await NamesAsync(session, options.RemoveKeks, cancellationToken));

        async ValueTask<IReadOnlyList<IKek>> ReadyAsync(IReadOnlyList<KekReference> keks)
        {
            if (!options.WhatIf)
                return await session.OpenAsync(keks, cancellationToken);
            var named = new List<IKek>();
            foreach (var name in keks)
                named.Add(new NamedKek(await session.IdentifyAsync(name, cancellationToken)));
            return [.. named.DistinctBy(kek => kek.Reference, StringComparer.Ordinal)];
        }
    }

    private static async ValueTask<HashSet<string>> NamesAsync(
        KekSession session, IEnumerable<KekReference> references, CancellationToken cancellationToken)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var reference in references)
            names.UnionWith(await session.IdentifyAllAsync(reference, cancellationToken));
        return names;
    }

    // KEKs by names of the keyring that it does not have.
    private async ValueTask<IReadOnlyList<(KekReference Kek, string Why)>> UnknownAsync(CancellationToken cancellationToken)
    {
        var unknown = new List<(KekReference, string)>();
        foreach (var reference in _options.OldKeks.Concat(_options.RemoveKeks).Where(kek => kek.Kind == KekKind.Local))
        {
            try
            {
                await _session.PreviewAsync([reference], cancellationToken);
            }
            catch (EnvelopeException failure) when (failure.Error == EnvelopeError.KekNotFound)
            {
                unknown.Add((reference, failure.Reason));
            }
        }
        return unknown;
    }

    /// <summary>Whether an envelope with these recipients is one that the old KEKs and the moment name.</summary>
    private bool IsMeant(IReadOnlyList<Recipient> recipients)
    {
        var meant = _old.Count == 0 ? recipients : recipients.Where(recipient => _old.Contains(recipient.Kek));
        return _options.WrappedBefore is { } before ? meant.Any(recipient => RewrapPlan.IsEarlier(recipient, before)) : meant.Any();
    }

    /// <summary>
    /// KEKs to replace or to take away that neither the keyring nor a file of the run so far has, each with what the keyring has instead: a
    /// name that was mistyped would look like one that is gone from all files.
    /// </summary>
    public async ValueTask<IReadOnlyList<string>> NeverMetAsync(CancellationToken cancellationToken)
    {
        if (_met.IsEmpty)
            return [];
        var unknown = _unknown ?? await UnknownAsync(cancellationToken);
        return [.. unknown.Where(each => !_met.ContainsKey(each.Kek.Text)).Select(each => $"{each.Why} None of the files has it either.")];
    }

    /// <summary>Null when the envelope is not meant.</summary>
    /// <exception cref="EnvelopeException">Why the KEK of a recipient that is to be renewed cannot be used.</exception>
    public async ValueTask<RewrapPlan?> PlanAsync(
        IReadOnlyList<Recipient> recipients,
        KeySubject subject,
        CancellationToken cancellationToken)
    {
        foreach (var recipient in recipients)
            _met.TryAdd(recipient.Kek, true);
        await RequirePairsKnownAsync(recipients, cancellationToken);
        return IsMeant(recipients)
            ? await WithOwnSourcesAsync(await PlanForAsync(recipients, subject, cancellationToken), subject, cancellationToken)
            : null;
    }

    // A file names a key pair by the hash of its public half. Which that is of local:NAME only a keyring with the pair knows; without it
    // the recipient that is to go would be passed over in silence.
    private async ValueTask RequirePairsKnownAsync(IReadOnlyList<Recipient> recipients, CancellationToken cancellationToken)
    {
        if (!recipients.Any(recipient => recipient.Algorithm == RecipientAlgorithm.XWing))
            return;
        _unknown ??= await UnknownAsync(cancellationToken);
        if (_unknown.FirstOrDefault(each => !recipients.Any(recipient => recipient.Kek == each.Kek.Text)) is { Kek: { } kek })
        {
            _met.TryAdd(kek.Text, true); // the failure says it
            throw new EnvelopeException(
                EnvelopeError.KekNotFound,
                $"{kek} is not in this keyring, so which of the file's key pairs it may be is not known here; name it by pub:sha256:HEX "
                + "or its public half.");
        }
    }

    private async ValueTask<RewrapPlan> PlanForAsync(
        IReadOnlyList<Recipient> recipients, KeySubject subject, CancellationToken cancellationToken)
    {
        // With a new data key every recipient is made again anyhow.
        var before = _options.RotateDataKey ? null : _options.WrappedBefore;
        if (_new.Count > 0)
            return _old.Count == 0 ? RewrapPlan.ReplaceAll(recipients, _new, before) : RewrapPlan.Replace(recipients, _old, _new, before);
        return before is { } moment
            ? RewrapPlan.Renew(recipients, await EarlierKeksAsync(recipients, moment, subject, cancellationToken), moment)
            : RewrapPlan.AddAndRemove(recipients, _added, _removed);
    }

    // To re-encrypt from a KEK is to use it. One that no one but the file has named is used only when it may open files; a place
    // whose source may not needs the data key instead, and asks for it like any other.
    private async ValueTask<RewrapPlan> WithOwnSourcesAsync(
        RewrapPlan plan, KeySubject subject, CancellationToken cancellationToken)
    {
        var places = new List<RewrapPlan.Place>();
        foreach (var place in plan.Places)
            places.Add(place.Source is { } source && !await IsOwnAsync(source, subject, cancellationToken) ? place with { Source = null } : place);
        return plan with { Places = places };
    }

    private async ValueTask<bool> IsOwnAsync(Recipient source, KeySubject subject, CancellationToken cancellationToken)
    {
        if (_old.Contains(source.Kek) || _removed.Contains(source.Kek) || _new.Concat(_added).Any(kek => kek.Reference == source.Kek))
            return true;
        try
        {
            await _session.RequireAllowedAsync(source, subject, cancellationToken);
            return true;
        }
        catch (EnvelopeException failure) when (failure.Error == EnvelopeError.KekNotAllowed)
        {
            return false;
        }
    }

    private async ValueTask<IReadOnlyList<IKek>> EarlierKeksAsync(
        IReadOnlyList<Recipient> recipients,
        DateTimeOffset before,
        KeySubject subject,
        CancellationToken cancellationToken)
    {
        var keks = new List<IKek>();
        var earlier = recipients.Where(recipient => RewrapPlan.IsEarlier(recipient, before));
        foreach (var recipient in earlier.DistinctBy(recipient => recipient.Kek, StringComparer.Ordinal))
        {
            keks.Add(_options.WhatIf
                ? new NamedKek(recipient.Kek)
                : await _recipientKeks.OpenAsync(recipient, subject, cancellationToken));
        }
        return keks;
    }
}
