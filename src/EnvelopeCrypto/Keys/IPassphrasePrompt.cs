namespace EnvelopeCrypto.Keys;

/// <summary>Asks the person at the terminal. Only given to a session when somebody is there.</summary>
public interface IPassphrasePrompt
{
    /// <summary>The characters typed, which the session zeroes.</summary>
    /// <param name="purpose">What the passphrase is for, as the prompt's text.</param>
    /// <param name="confirm">Ask twice, since a slip would make something that nobody can open.</param>
    char[] Ask(string purpose, bool confirm);
}
