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

    /// <exception cref="EnvelopeException">TooManyRecipients; HeaderInvalid for none, or one that breaks a rule of the format.</exception>
    public static byte[] ToJson(IReadOnlyList<Recipient> recipients)
    {
        if (recipients.Count > FormatLimits.MaxRecipients)
            throw new EnvelopeException(EnvelopeError.TooManyRecipients, $"an envelope has at most {FormatLimits.MaxRecipients} recipients; this one would have {recipients.Count}.");
        if (recipients.Count(IsPassphrase) > FormatLimits.MaxPassphraseRecipients)
            throw new EnvelopeException(EnvelopeError.TooManyRecipients, $"an envelope has at most {FormatLimits.MaxPassphraseRecipients} passphrases.");
        var json = new CanonicalJsonWriter().BeginObject().Name("recipients").BeginArray();
        foreach (var recipient in recipients)
            recipient.WriteTo(json);
        var bytes = json.EndArray().EndObject().ToArray();
        if (bytes.Length + RecipientSlot.Overhead > FormatLimits.MaxSlotSize)
            throw new EnvelopeException(EnvelopeError.TooManyRecipients, "the recipients are longer than an envelope's header may be.");
        RequireReadable(bytes);
        return bytes;
    }

    // Registered providers make recipients too. What no reader would take must not be written: nobody could open that file.
    private static void RequireReadable(ReadOnlySpan<byte> json)
    {
        try
        {
            Parse(json);
        }
        catch (EnvelopeException failure)
        {
            throw new EnvelopeException(failure.Error, "the new recipients break a rule of the format, so nothing was written; a provider of KEKs is at fault.", failure);
        }
    }

    private static bool IsPassphrase(Recipient recipient) => recipient.Algorithm == RecipientAlgorithm.Passphrase;
}
