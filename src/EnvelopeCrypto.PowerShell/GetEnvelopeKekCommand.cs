using System.Management.Automation;

namespace EnvelopeCrypto.PowerShell;

/// <summary>Lists the KEKs of the keyring; needs no passphrase.</summary>
[Cmdlet(VerbsCommon.Get, "EnvelopeKek")]
[OutputType(typeof(EnvelopeKek))]
public sealed class GetEnvelopeKekCommand : EnvelopeCmdlet
{
    private const string Local = "local:";

    /// <summary>References or names, with wildcards; all when left out.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true)]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(KekCompleter))]
    public string[] Kek { get; set; } = ["*"];

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (var kek in Kek)
            Attempt(kek, () => WriteMatching(kek.StartsWith(Local, StringComparison.OrdinalIgnoreCase) ? kek[Local.Length..] : kek));
    }

    private void WriteMatching(string name)
    {
        if (!WildcardPattern.ContainsWildcardCharacters(name))
        {
            Write(new EnvelopeKek(Keyring.Get(name)));
            return;
        }
        var pattern = new WildcardPattern(name, WildcardOptions.IgnoreCase | WildcardOptions.CultureInvariant);
        foreach (var found in Keyring.Names().Where(pattern.IsMatch))
            Attempt($"{Local}{found}", () => Write(new EnvelopeKek(Keyring.Get(found))));
    }
}
