using System.Text.Json;

namespace EnvelopeCrypto.Format;

/// <summary>The recipients of an envelope as a slot's JSON: 1 to 64, at most two of them passphrases.</summary>
internal static class RecipientList
{
    private const string What = "recipient list";

    /// <exception cref="EnvelopeException">HeaderInvalid.</exception>
    public static IReadOnlyList<Recipient> Parse(ReadOnlySpan<byte> json)
    {
        var members = new JsonMembers(CanonicalJson.Parse(json, What), What);
        var array = members.Take("recipients", JsonValueKind.Array);
        members.End();
        if (array.GetArrayLength() is 0 or > FormatLimits.MaxRecipients)
            throw CanonicalJson.Invalid(What, $"does not have 1 to {FormatLimits.MaxRecipients} recipients");
        var recipients = array.EnumerateArray().Select(Recipient.Parse).ToArray();
        if (recipients.Count(IsPassphrase) > FormatLimits.MaxPassphraseRecipients)
            throw CanonicalJson.Invalid(What, "has too many passphrases");
        return recipients;
    }

    /// <exception cref="EnvelopeException">TooManyRecipients, WouldLockOut for none, HeaderInvalid for one that breaks a rule.</exception>
    public static byte[] ToJson(IReadOnlyList<Recipient> recipients)
    {
        if (recipients.Count == 0)
            throw new EnvelopeException(EnvelopeError.WouldLockOut, "an envelope without recipients could never be opened; name a KEK.");
        if (recipients.Count > FormatLimits.MaxRecipients)
        {
            throw new EnvelopeException(
                EnvelopeError.TooManyRecipients,
                $"an envelope has at most {FormatLimits.MaxRecipients} recipients; this one would have {recipients.Count}.");
        }
        if (recipients.Count(IsPassphrase) > FormatLimits.MaxPassphraseRecipients)
        {
            throw new EnvelopeException(
                EnvelopeError.TooManyRecipients, $"an envelope has at most {FormatLimits.MaxPassphraseRecipients} passphrases.");
        }
        var json = new CanonicalJsonWriter().BeginObject().Name("recipients").BeginArray();
        foreach (var recipient in recipients)
            recipient.WriteTo(json);
        var bytes = json.EndArray().EndObject().ToArray();
        if (bytes.Length > FormatLimits.MaxListLength)
            throw new EnvelopeException(EnvelopeError.TooManyRecipients, "the recipients are longer than an envelope's header may be.");
        return bytes;
    }

    private static bool IsPassphrase(Recipient recipient) => recipient.Algorithm == RecipientAlgorithm.Passphrase;
}
