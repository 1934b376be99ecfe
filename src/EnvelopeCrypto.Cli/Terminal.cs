using EnvelopeCrypto.Keys;

namespace EnvelopeCrypto.Cli;

/// <summary>The person at the terminal, if there is one. Questions and notices go to standard error, so that pipes stay clean.</summary>
internal sealed class Terminal : IPassphrasePrompt, INotices
{
    /// <summary>Whether somebody can be asked: standard input and error are both a terminal.</summary>
    public static bool PersonIsThere => !Console.IsInputRedirected && !Console.IsErrorRedirected;

    public void Say(string text) => ErrorOutput.WriteLine(text);

    /// <summary>Yes or no.</summary>
    /// <exception cref="EnvelopeException">PromptRequired when nobody is there.</exception>
    public static bool Confirm(string question, string insteadOfAsking)
    {
        if (!PersonIsThere)
            throw new EnvelopeException(EnvelopeError.PromptRequired, $"nobody is there to be asked; {insteadOfAsking}");
        ErrorOutput.Write($"{DisplayText.OneLine(question)} [y/N] ");
        return Console.ReadLine() is "y" or "Y" or "yes";
    }

    public void Information(string message) => ErrorOutput.WriteLine($"envelope: {DisplayText.OneLine(message)}");

    public void Warning(string message) => ErrorOutput.WriteLine($"envelope: warning: {DisplayText.OneLine(message)}");

    public char[] Read(string question)
    {
        // Asked for a key, the terminal stops showing what is typed: before the question, since some answer at once.
        _ = Console.KeyAvailable;
        ErrorOutput.Write($"{question}: ");
        var typed = new List<char>(capacity: 256); // long enough that it is not copied about as it grows
        while (true)
        {
            var key = Console.ReadKey(intercept: true);
            if (key.Key == ConsoleKey.Enter)
                break;
            if (key.Key == ConsoleKey.Backspace && typed.Count > 0)
                typed.RemoveAt(typed.Count - 1);
            else if (!char.IsControl(key.KeyChar))
                typed.Add(key.KeyChar);
        }
        ErrorOutput.WriteLine("");
        char[] characters = [.. typed];
        for (var i = 0; i < typed.Count; i++)
            typed[i] = '\0';
        return characters;
    }
}
