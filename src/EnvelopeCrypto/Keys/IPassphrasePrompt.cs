namespace EnvelopeCrypto.Keys;

/// <summary>Asks the person at the terminal. Only given to a session when somebody is there.</summary>
public interface IPassphrasePrompt
{
    /// <summary>Shows a question and reads the answer, which is not shown.</summary>
    /// <returns>The characters typed, which the caller zeroes.</returns>
    char[] Read(string question);

    /// <summary>Says something between two questions.</summary>
    void Say(string text);
}
