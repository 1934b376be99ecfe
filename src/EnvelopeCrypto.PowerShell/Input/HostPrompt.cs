using System.Management.Automation.Host;
using EnvelopeCrypto.Keys;

namespace EnvelopeCrypto.PowerShell;

/// <summary>Asks for a passphrase in the shell's own way.</summary>
internal sealed class HostPrompt(PSHost host) : IPassphrasePrompt
{
    public void Say(string text) => host.UI.WriteLine(text);

    public char[] Read(string question)
    {
        host.UI.Write($"{question}: ");
        using var typed = host.UI.ReadLineAsSecureString();
        return Primitives.SecretText.ToChars(typed);
    }
}
