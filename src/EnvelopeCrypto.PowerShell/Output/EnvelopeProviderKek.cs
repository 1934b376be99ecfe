namespace EnvelopeCrypto.PowerShell;

/// <summary>
/// A KEK of a provider that was registered, with the properties that its Describe block gave. Wherever a
/// reference is wanted, it stands for its own.
/// </summary>
public sealed class EnvelopeProviderKek
{
    internal EnvelopeProviderKek(string provider, string id)
    {
        Kek = $"{provider}:{id}";
        Provider = provider;
        Id = id;
    }

    /// <summary>Its reference, such as <c>vault:backup</c>.</summary>
    public string Kek { get; }

    /// <summary>The provider's name.</summary>
    public string Provider { get; }

    /// <summary>What the provider calls it.</summary>
    public string Id { get; }

    /// <summary>Its reference.</summary>
    public override string ToString() => Kek;
}
