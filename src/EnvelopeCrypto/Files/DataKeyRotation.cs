using System.Security.Cryptography;
using EnvelopeCrypto.Body;
using EnvelopeCrypto.Disk;
using EnvelopeCrypto.Format;
using EnvelopeCrypto.Keys;

namespace EnvelopeCrypto.Files;

/// <summary>
/// Gives an envelope a new data key: each KEK that is to open it wraps the new key, the metadata is sealed and the body encrypted again, in
/// one pass into a file beside, which takes the old one's place when it is complete. Context and time of encryption stay; a batch's
/// shared data key becomes the envelope's own.
/// </summary>
internal sealed class DataKeyRotation(KekSession session, bool noReadBack, RecipientKeks recipientKeks, EnvelopeReplacement replacement)
{
    private readonly CopyWorkers _workers = new();

    /// <exception cref="EnvelopeException">
    /// WouldLockOut; ProofFailed; what opening, wrapping and writing can fail with. The old file is as it was.
    /// </exception>
    public async ValueTask<RecipientBuilder.Proposal> RotateAsync(
        RewrapPlan plan, EnvelopeHeader header, SourceFile input, string path, Action<int>? progress, CancellationToken cancellationToken)
    {
        if (plan.Places.Count == 0)
            throw RecipientBuilder.NoneLeft();
        var subject = new KeySubject(header.Protected.Context, path);
        using var envelope = await OpenedEnvelope.OpenAsync(
            input.Stream, header, header.Protected.Type, EncryptionContext.Empty, session, path, cancellationToken);
        var keks = await KeksAsync(plan, envelope, path, cancellationToken);
        using var key = await EnvelopeKey.GenerateAsync(session, keks, subject, cancellationToken);
        var proven = await ProveAsync(keks, key, subject, cancellationToken);
        Write(envelope, key, input, progress, () => RecipientBuilder.RequireStillThere(session, proven), cancellationToken);
        var proof = proven.Count == keks.Count ? RecipientProof.Verified : RecipientProof.Unproven;
        return new RecipientBuilder.Proposal(key.Recipients, RewrapMethod.RotateDataKey, proof, envelope.OpenedBy) { Proven = proven };
    }

    private async ValueTask<IReadOnlyList<IKek>> KeksAsync(
        RewrapPlan plan, OpenedEnvelope envelope, string path, CancellationToken cancellationToken)
    {
        var keks = new List<IKek>();
        foreach (var place in plan.Places)
        {
            var kek = place.Kek ?? place.StaysFor ?? await ProvenAsync(place.Existing!, envelope, path, cancellationToken);
            if (!keks.Exists(known => known.Reference == kek.Reference))
                keks.Add(kek);
        }
        return keks;
    }

    private async ValueTask<IKek> ProvenAsync(
        Recipient recipient, OpenedEnvelope envelope, string path, CancellationToken cancellationToken)
    {
        var subject = new KeySubject(envelope.Header.Protected.Context, path);
        var kek = await recipientKeks.OpenAsync(recipient, subject, cancellationToken);
        await recipientKeks.RequireOneOpensAsync([recipient], envelope.DataKey, subject, cancellationToken);
        return kek;
    }

    // All old recipients go with the old data key, so one of the new must be proven.
    private async ValueTask<IReadOnlyList<Recipient>> ProveAsync(
        IReadOnlyList<IKek> keks, EnvelopeKey key, KeySubject subject, CancellationToken cancellationToken)
    {
        if (noReadBack)
            return [];
        var canProve = keks.Where(kek => kek.CanUnwrap).Select(kek => kek.Reference).ToHashSet(StringComparer.Ordinal);
        if (canProve.Count == 0)
            throw RecipientBuilder.Unproven();
        var proven = key.Recipients.Where(recipient => canProve.Contains(recipient.Kek)).ToList();
        foreach (var recipient in proven)
            await RecipientBuilder.ProveNewAsync(session, recipient, key.DataKey, subject, cancellationToken);
        return proven;
    }

    private void Write(
        OpenedEnvelope envelope,
        EnvelopeKey key,
        SourceFile input,
        Action<int>? progress,
        Action lastLook,
        CancellationToken cancellationToken)
    {
        var header = envelope.Header;
        var anew = EnvelopeReplacement.HeaderFor(input, header, ProtectedFor(envelope, key), key.Recipients);
        long? bodyLength = envelope.ProvesLength() ? input.Status.Length - header.Layout.BodyOffset : null;
        replacement.Write(input, anew, bodyLength, output =>
        {
            using var body = new CobblestoneWriter(output, key.DataKey.Span, anew.BodyContext, RandomNumberGenerator.Fill);
            envelope.CopyTo(new SealingStream(body), progress, cancellationToken, _workers);
            body.Complete();
            return header.Layout.BodyOffset + Cobblestone.MessageLength(body.PlaintextLength);
        }, lastLook);
    }

    // The time of encryption stays: by it -Update knows a source that changed since its bytes were read, and they were not read again.
    private static ProtectedHeader ProtectedFor(OpenedEnvelope envelope, EnvelopeKey key) => envelope.Header.Protected with
    {
        Batch = null,
        Metadata = envelope.Metadata?.Seal(key.DataKey, RandomNumberGenerator.Fill),
    };
}
