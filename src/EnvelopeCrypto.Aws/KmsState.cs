using System.Globalization;
using EnvelopeCrypto.Aws.Service;

namespace EnvelopeCrypto.Aws;

/// <summary>What a key's state lets it do.</summary>
internal static class KmsState
{
    /// <exception cref="EnvelopeException">KekDisabled, KekPendingDeletion, KekUnsuitable.</exception>
    public static void RequireEnabled(KmsKeyDescription key)
    {
        if (key.State == KmsWords.Enabled)
            return;
        throw key.State switch
        {
            KmsWords.Disabled =>
                new EnvelopeException(EnvelopeError.KekDisabled, $"{key.KeyArn} is disabled; its administrator can enable it again."),
            KmsWords.PendingDeletion or KmsWords.PendingReplicaDeletion => new EnvelopeException(
                EnvelopeError.KekPendingDeletion,
                $"{key.KeyArn} is scheduled for deletion{On(key.Deletion)}; until then its administrator can cancel that."),
            _ => new EnvelopeException(EnvelopeError.KekUnsuitable, $"{key.KeyArn} is in the state {key.State} and cannot be used."),
        };
    }

    private static string On(DateTimeOffset? date) =>
        date is { } day ? day.UtcDateTime.ToString("' on 'yyyy-MM-dd", CultureInfo.InvariantCulture) : "";
}
