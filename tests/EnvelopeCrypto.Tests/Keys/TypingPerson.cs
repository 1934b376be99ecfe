using EnvelopeCrypto.Keys;

namespace EnvelopeCrypto.Tests.Keys;

/// <summary>A person at the prompt who always types the same.</summary>
internal sealed class TypingPerson(string answer) : IPassphrasePrompt
{
    private int _asked;

    public int Asked => _asked;

    public bool AskedTwice { get; private set; }

    public char[] Typed { get; private set; } = [];

    public char[] Ask(string purpose, bool confirm)
    {
        Interlocked.Increment(ref _asked);
        AskedTwice = confirm;
        return Typed = answer.ToCharArray();
    }
}
