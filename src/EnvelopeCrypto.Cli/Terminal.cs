using EnvelopeCrypto.Keys;

namespace EnvelopeCrypto.Cli;

/// <summary>The person at the terminal, if there is one. Questions and notices go to standard error, so that pipes stay clean.</summary>
internal sealed class Terminal(CancellationToken stop) : IPassphrasePrompt, INotices
{
    /// <summary>Whether somebody is there who decides: standard input and error are both a terminal.</summary>
    public static bool PersonIsThere => !Console.IsInputRedirected && !Console.IsErrorRedirected;

    /// <summary>
    /// Whether a passphrase can be asked for: somebody sees the question, and the terminal takes the answer, also
    /// where standard input is a pipe.
    /// </summary>
    public static bool CanAskForPassphrase
    {
        get
        {
            using var input = Console.IsErrorRedirected ? null : TerminalInput.TryOpen();
            return input is not null;
        }
    }

    /// <summary>The line at the bottom, which makes room for questions; null for none.</summary>
    public ProgressLine? Progress { get; set; }

    public void Say(string text) => ErrorOutput.WriteLine(text);

    /// <summary>Yes or no.</summary>
    /// <exception cref="EnvelopeException">PromptRequired when no one is there.</exception>
    public bool Confirm(string question, string insteadOfAsking)
    {
        using var input = PersonIsThere ? TerminalInput.TryOpen() : null;
        if (input is null)
            throw new EnvelopeException(EnvelopeError.PromptRequired, $"no one is there to ask; {insteadOfAsking}");
        return input.ReadShown($"{DisplayText.OneLine(question)} [y/N] ", stop) is "y" or "Y" or "yes";
    }

    public void Information(string message) => Tell(DisplayText.OneLine(message));

    public void Warning(string message) => Tell($"warning: {DisplayText.OneLine(message)}");

    public char[] Read(string question)
    {
        using var input = TerminalInput.TryOpen()
            ?? throw new EnvelopeException(EnvelopeError.PromptRequired, "the terminal is gone, and no one can be asked.");
        Progress?.Pause();
        try
        {
            return input.ReadHidden(question, stop);
        }
        finally
        {
            Progress?.Resume();
        }
    }

    private void Tell(string text)
    {
        Progress?.Clear();
        ErrorOutput.WriteLine($"envelope: {text}");
    }
}
