using System.Management.Automation;
using EnvelopeCrypto.Keys;

namespace EnvelopeCrypto.PowerShell;

/// <summary>
/// Lists the KEKs of the keyring, which needs no passphrase, and describes public halves, certificates, keys of AWS KMS and of registered
/// providers that are named.
/// </summary>
[Cmdlet(VerbsCommon.Get, "EnvelopeKek", HelpUri = HelpPages.GetEnvelopeKek)]
[OutputType(typeof(EnvelopeKek), typeof(EnvelopePublicKek), typeof(EnvelopeAwsKek), typeof(EnvelopeProviderKek))]
public sealed class GetEnvelopeKekCommand : KeyServiceCmdlet
{
    private const string Local = "local:";

    /// <summary>References; names of the keyring, with wildcards. All of the keyring when left out.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true)]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(KekCompleter))]
    public string[] Kek { get; set; } = ["*"];

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (var kek in Kek)
            Attempt(kek, () => Describe(kek));
    }

    private void Describe(string kek)
    {
        var kind = new KekIdentity(kek).Kind;
        if (kind == KekKind.AwsKms)
            Write(AwsAdapter.DescribeKek(this, KekReference.Parse(kek), Stop));
        else if (kind is KekKind.PublicKey or KekKind.Certificate)
            Write(DescribePublic(KekReference.Parse(kek)));
        else if (KekReference.IsOfProvider(kek))
            Write(DescribeOfProvider(kek[..kek.IndexOf(':', StringComparison.Ordinal)], kek[(kek.IndexOf(':', StringComparison.Ordinal) + 1)..]));
        else if (kek.Contains(':', StringComparison.Ordinal) && !kek.StartsWith(Local, StringComparison.OrdinalIgnoreCase))
        {
            throw new EnvelopeException(
                EnvelopeError.KekUnsuitable,
                $"{KekReference.Parse(kek)}: there is nothing to describe; KEKs of the keyring (local:NAME), of AWS KMS and of registered "
                + "providers are.");
        }
        else
            WriteMatching(kek.StartsWith(Local, StringComparison.OrdinalIgnoreCase) ? kek[Local.Length..] : kek);
    }

    // Nothing is used, so that no audit log hears of it.
    private EnvelopePublicKek DescribePublic(KekReference reference)
    {
        using var session = SessionOptions.Open();
        return new EnvelopePublicKek(reference, Await(PublicKek.ReadAsync(session, reference, Stop)));
    }

    private PSObject DescribeOfProvider(string name, string id)
    {
        var provider = KekProviderTable.Find(name)
            ?? throw new EnvelopeException(
                EnvelopeError.KekProviderMissing, $"{name}:{id}: no provider '{name}' is registered in this runspace.");
        var kek = new PSObject(new EnvelopeProviderKek(name, id));
        foreach (var (property, value) in new ProviderScript(provider, WriteWarning).Describe(id))
        {
            if (kek.Properties[property] is null)
                kek.Properties.Add(new PSNoteProperty(property, value));
        }
        return kek;
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
