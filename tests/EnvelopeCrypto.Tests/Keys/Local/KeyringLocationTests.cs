using EnvelopeCrypto.Keys.Local;

namespace EnvelopeCrypto.Tests.Keys.Local;

public sealed class KeyringLocationTests
{
    [Fact]
    public void A_folder_that_was_given_wins()
    {
        Assert.Equal(Path.GetFullPath("given"), KeyringLocation.ResolveHome("given", "/variable", "/data"));
        Assert.Equal(Path.Combine(Path.GetFullPath("given"), "keyring"), KeyringLocation.Resolve("given"));
    }

    [Fact]
    public void The_variable_comes_before_the_data_folder() =>
        Assert.Equal(Path.GetFullPath("/variable"), KeyringLocation.ResolveHome(null, "/variable", "/data"));

    [Fact]
    public void Without_both_it_is_in_the_data_folder() =>
        Assert.Equal(Path.Combine("/data", "EnvelopeCrypto"), KeyringLocation.ResolveHome("", "", "/data"));

    [Theory]
    [InlineData("")]
    [InlineData("/.local/share")]
    public void A_user_without_a_home_is_told_the_variable(string dataFolder)
    {
        var failure = Assert.Throws<EnvelopeException>(() => KeyringLocation.ResolveHome(null, null, dataFolder));
        Assert.Equal(EnvelopeError.KeyringLocationUnknown, failure.Error);
        Assert.Contains("ENVELOPECRYPTO_HOME", failure.Message, StringComparison.Ordinal);
    }
}
