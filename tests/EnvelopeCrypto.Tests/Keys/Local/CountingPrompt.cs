using EnvelopeCrypto.Keys;

namespace EnvelopeCrypto.Tests.Keys.Local;

/// <summary>A person who types the same each time, or nothing at all.</summary>
internal sealed class CountingPrompt(string? answer) : IPassphrasePrompt
{
    /// <summary>How a passphrase is asked for a second time.</summary>
    public const string Again = "Repeat the passphrase";

    public List<bool> Confirmations { get; } = [];

    public char[] Read(string question)
    {
        if (question == Again)
            Confirmations[^1] = true;
        else
            Confirmations.Add(false);
        return answer?.ToCharArray() ?? throw new EnvelopeException(EnvelopeError.PromptRequired, "nobody answered.");
    }

    public void Say(string text)
    {
        // This person does not read it.
    }
}
