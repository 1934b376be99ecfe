using EnvelopeCrypto.Keys;
using EnvelopeCrypto.Tests.Keys.Local;

namespace EnvelopeCrypto.Tests.Keys;

/// <summary>A person at the prompt, who types one answer after the other, and the last of them from then on.</summary>
internal sealed class TypingPerson(params string[] answers) : IPassphrasePrompt
{
    private int _asked;
    private int _typed;

    public int Asked => _asked;

    public bool AskedTwice { get; private set; }

    public char[] Typed { get; private set; } = [];

    public char[] Read(string question)
    {
        AskedTwice = question == CountingPrompt.Again;
        if (!AskedTwice)
            Interlocked.Increment(ref _asked);
        return Typed = answers[Math.Min(Interlocked.Increment(ref _typed), answers.Length) - 1].ToCharArray();
    }

    public void Say(string text)
    {
        // This person does not read it.
    }
}
