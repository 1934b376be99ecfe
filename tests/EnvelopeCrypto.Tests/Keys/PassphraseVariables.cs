namespace EnvelopeCrypto.Tests.Keys;

/// <summary>Tests that set environment variables, which belong to the whole process.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class PassphraseVariables
{
    public const string Name = "Passphrase variables";
}
