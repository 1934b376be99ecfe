using EnvelopeCrypto.Files;
using EnvelopeCrypto.Keys;

namespace EnvelopeCrypto.Records;

/// <summary>
/// What became of the recipients in a token's front: a plan and, once one of its tokens was rewrapped, the new recipients.
/// </summary>
internal sealed class RewrappedFront(OpenedFront opened, RewrapPlan plan) : IDisposable
{
    /// <summary>The front, and the data key when one was needed.</summary>
    public OpenedFront Opened => opened;

    public RewrapPlan Plan => plan;

    /// <summary>What was made of the recipients; null as long as nothing was.</summary>
    public Rewrapped? Done { get; set; }

    public void Dispose() => opened.Dispose();

    /// <summary>The new recipients, as they stand in tokens, and how they came to be.</summary>
    /// <param name="RecipientsText">Their base64url.</param>
    /// <param name="Proposal">What was made.</param>
    /// <param name="NeededDataKey">Whether each token has to be one that the data key fits.</param>
    internal sealed record Rewrapped(string RecipientsText, RecipientBuilder.Proposal Proposal, bool NeededDataKey);
}
