using EnvelopeCrypto.Keys;

namespace EnvelopeCrypto.Tests.Keys.Local;

/// <summary>A person who types the same each time, or nothing at all.</summary>
internal sealed class CountingPrompt(string? answer) : IPassphrasePrompt
{
    public List<bool> Confirmations { get; } = [];

    public char[] Ask(string purpose, bool confirm)
    {
        Confirmations.Add(confirm);
        return answer?.ToCharArray() ?? throw new EnvelopeException(EnvelopeError.PromptRequired, "nobody answered.");
    }
}
