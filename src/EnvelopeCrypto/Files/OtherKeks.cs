using EnvelopeCrypto.Disk;
using EnvelopeCrypto.Format;
using EnvelopeCrypto.Keys;

namespace EnvelopeCrypto.Files;

/// <summary>
/// Tells of envelopes that an update leaves alone although their KEKs are not those of the run: a KEK that was added to the command
/// reaches them by a rewrap only.
/// </summary>
internal sealed class OtherKeks(KekSession session, ProtectOptions options, FileSystem files)
{
    private const int FrontLength = 4096; // all of most headers in one read

    private volatile IReadOnlySet<string>? _wanted;

    // By kid, for the versions of a key pair: the one that wraps. A rotation alone is not a difference, as for any local KEK.
    private volatile IReadOnlyDictionary<string, string> _newest = new Dictionary<string, string>(StringComparer.Ordinal);
    private volatile bool _isUnknown;

    /// <summary>An unchanged result, with the envelope's KEKs, and the reason where they differ from those of the run.</summary>
    /// <param name="unchanged">The result.</param>
    /// <param name="envelope">The envelope.</param>
    /// <param name="opened">The run's KEKs, when they are open already.</param>
    /// <param name="cancellationToken">Stops questions to key services.</param>
    public async ValueTask<FileResult> TellAsync(
        FileResult unchanged, FilePlace envelope, IReadOnlyList<IKek>? opened, CancellationToken cancellationToken)
    {
        if (await WantedAsync(opened, cancellationToken) is not { } wanted || KeksOf(envelope) is not { } there)
            return unchanged;
        var result = unchanged with { Kek = there };
        var keks = there.Select(kek => _newest.GetValueOrDefault(kek, kek)).Distinct(StringComparer.Ordinal).ToList();
        if (wanted.SetEquals(keks))
            return result;
        string[] differences =
        [
            .. wanted.Except(keks, StringComparer.Ordinal).Select(kek => $"it lacks {kek}"),
            .. keks.Where(kek => !wanted.Contains(kek)).Select(kek => $"it also has {kek}"),
        ];
        var reason = $"its KEKs differ from those of this run: {string.Join(", ", differences)}";
        return result with { OtherKeks = true, Reason = reason };
    }

    // Null where no one can say: a key service does not answer, and an unchanged file needs no KEK, or a preview asks none.
    private async ValueTask<IReadOnlySet<string>?> WantedAsync(IReadOnlyList<IKek>? opened, CancellationToken cancellationToken)
    {
        if (_wanted is not null || _isUnknown)
            return _wanted;
        try
        {
            _newest = await NewestAsync(cancellationToken);
            _wanted = await NamesAsync(opened, cancellationToken) is { } names ? new HashSet<string>(names, StringComparer.Ordinal) : null;
        }
        catch (EnvelopeException)
        {
            // The code that uses the KEK reports it.
        }
        _isUnknown = _wanted is null;
        return _wanted;
    }

    private async ValueTask<IReadOnlyDictionary<string, string>> NewestAsync(CancellationToken cancellationToken)
    {
        var newest = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var kek in options.Keks.Where(kek => kek.Kind == KekKind.Local))
        {
            var versions = await session.IdentifyAllAsync(kek, cancellationToken);
            foreach (var version in versions)
                newest[version] = versions[0];
        }
        return newest;
    }

    private async ValueTask<IEnumerable<string>?> NamesAsync(IReadOnlyList<IKek>? opened, CancellationToken cancellationToken)
    {
        if (options.DataKey is { } given)
            return given.Recipients.Select(recipient => recipient.Kek);
        if (opened is not null)
            return opened.Select(kek => kek.Reference);
        if (options.WhatIf && options.Keks.Any(kek => kek.IsResolvedByService))
            return null;
        var names = new List<string>();
        foreach (var kek in options.Keks)
            names.Add(await session.IdentifyAsync(kek, cancellationToken));
        return names;
    }

    // Null for recipients that cannot be read, such as while a rewrap writes them.
    private List<string>? KeksOf(FilePlace envelope)
    {
        try
        {
            using var stream = new BufferedStream(new SourceStream(files, envelope.Path, files.OpenRead(envelope)), FrontLength);
            return [.. EnvelopeHeader.ReadRecipients(stream).Select(recipient => recipient.Kek).Distinct(StringComparer.Ordinal)];
        }
        catch (Exception failure) when (failure is EnvelopeException || DiskFailure.Is(failure))
        {
            return null;
        }
    }
}
