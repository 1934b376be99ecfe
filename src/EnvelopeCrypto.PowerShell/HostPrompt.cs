using System.Management.Automation.Host;
using EnvelopeCrypto.Keys;

namespace EnvelopeCrypto.PowerShell;

/// <summary>Asks for a passphrase in the shell's own way.</summary>
internal sealed class HostPrompt(PSHost host) : IPassphrasePrompt
{
    public char[] Ask(string purpose, bool confirm)
    {
        var first = Read($"Enter {purpose}");
        if (!confirm)
            return first;
        var second = Read("The same again");
        var same = first.AsSpan().SequenceEqual(second);
        Array.Clear(second);
        if (same)
            return first;
        Array.Clear(first);
        throw new EnvelopeException(EnvelopeError.PassphraseInvalid, "the two passphrases differ.");
    }

    private char[] Read(string prompt)
    {
        host.UI.Write($"{prompt}: ");
        using var typed = host.UI.ReadLineAsSecureString();
        return SecretText.ToChars(typed);
    }
}
