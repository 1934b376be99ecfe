using EnvelopeCrypto.Body;
using EnvelopeCrypto.Format;
using EnvelopeCrypto.Keys;

namespace EnvelopeCrypto.Files;

/// <summary>
/// Whether a file that a rotation leaves as it is was rotated by an earlier run. What shows it is a recipient of a new KEK that opens: to
/// make one takes that KEK, which anyone who kept the old data key does not have. A recipient of a certificate or another public key shows
/// nothing, nor do the times and names that recipients claim.
/// </summary>
internal sealed class EarlierRotation(KekSession session)
{
    /// <summary>The recipient that shows it. Leaves the stream at the body.</summary>
    /// <exception cref="EnvelopeException">NotRotated; KekUseRefused.</exception>
    public async ValueTask<Recipient> RequireAsync(
        IReadOnlyList<IKek> newKeks, EnvelopeHeader header, Stream body, string path, CancellationToken cancellationToken)
    {
        var shown = header.Recipients.Where(recipient => recipient.Algorithm is RecipientAlgorithm.Local or RecipientAlgorithm.AwsKms
            && newKeks.Any(kek => kek.IsNewest(recipient))).ToList();
        if (shown.Count == 0)
            throw NotRotated(inner: null);
        try
        {
            var (preamble, context) = (CobblestoneReader.ReadPreamble(body), header.BodyContext);
            using var opened = await session.UnwrapAsync(
                shown,
                new KeySubject(header.Protected.Context, path),
                dataKey => Cobblestone.Commits(dataKey.Span, context, preamble),
                cancellationToken,
                named: [.. shown.Select(recipient => recipient.Kek)]);
            body.Position = header.Layout.BodyOffset;
            return opened.OpenedBy;
        }
        catch (EnvelopeException failure) when (failure.Error != EnvelopeError.KekUseRefused)
        {
            throw NotRotated(failure);
        }
    }

    private static EnvelopeException NotRotated(EnvelopeException? inner) => new(
        EnvelopeError.NotRotated,
        "its data key was not rotated: it has no recipient that was to go, and nothing shows that an earlier run has rotated it. Somebody "
        + $"may have taken that recipient out.{(inner is null ? "" : " " + inner.Reason)}",
        inner);
}
