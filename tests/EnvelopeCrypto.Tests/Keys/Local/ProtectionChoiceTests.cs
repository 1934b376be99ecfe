using EnvelopeCrypto.Keys.Local;

namespace EnvelopeCrypto.Tests.Keys.Local;

public sealed class ProtectionChoiceTests
{
    [Fact]
    public void A_passphrase_that_is_given_protects_the_KEK_on_Windows_too() =>
        Assert.Equal(KekProtection.Passphrase, ProtectionChoice.ForNew(named: null, passphraseGiven: true));

    [Theory]
    [InlineData(KekProtection.Dpapi)]
    [InlineData(KekProtection.DpapiMachine)]
    [InlineData(KekProtection.Passphrase)]
    [InlineData(KekProtection.Unprotected)]
    public void A_protection_that_is_named_is_taken(KekProtection named)
    {
        Assert.Equal(named, ProtectionChoice.ForNew(named, passphraseGiven: true));
        Assert.Equal(named, ProtectionChoice.ForNew(named, passphraseGiven: false));
    }

    [Fact]
    public void Without_either_it_is_the_usual_one_of_the_system() =>
        Assert.Null(ProtectionChoice.ForNew(named: null, passphraseGiven: false));

    [Fact]
    public void The_words_are_those_of_the_documentation() =>
        Assert.Equal(["Passphrase", "Dpapi", "DpapiMachine", "Unprotected"], ProtectionChoice.Words);
}
