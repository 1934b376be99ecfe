using System.CommandLine;
using EnvelopeCrypto.Cli;
using EnvelopeCrypto.Errors;
using EnvelopeCrypto.Format;

namespace EnvelopeCrypto.Tests.Cli;

/// <summary>The way out that the tool names is one that the command has.</summary>
public sealed class HintTests
{
    private static readonly Command[] Commands = [.. Below(Tool.Root(TestContext.Current.CancellationToken))];

    public static TheoryData<EnvelopeError> Errors => [.. Enum.GetValues<EnvelopeError>()];

    [Theory]
    [MemberData(nameof(Errors))]
    public void A_hint_names_no_option_that_its_command_lacks(EnvelopeError error)
    {
        foreach (var command in Commands)
        {
            var hint = Hint.For(error, command);
            Assert.All(
                Parts(hint, quoted: false).SelectMany(OptionsIn),
                option => Assert.Contains(command.Options, known => known.Name == option));
            Assert.True(hint.Length == 0 || (hint[0] == ' ' && hint[1] != ' ' && hint[^1] == '.'), hint);
        }
    }

    [Theory]
    [MemberData(nameof(Errors))]
    public void Every_sentence_of_a_hint_is_one_for_some_command(EnvelopeError error)
    {
        var shown = string.Join(' ', Commands.Select(command => Hint.For(error, command)));
        Assert.All(ErrorCatalog.Of(error).Tool, wayOut => Assert.Contains(wayOut.Text, shown, StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Errors))]
    public void A_command_in_a_hint_is_one_that_there_is(EnvelopeError error)
    {
        foreach (var example in Parts(AllOf(error), quoted: true))
        {
            var words = example.Split(' ');
            Assert.Equal("envelope", words[0]);
            var command = Assert.Single(
                Commands,
                known => words[1] == "kek" ? known.Name == words[2] && IsOfKek(known) : known.Name == words[1] && !IsOfKek(known));
            Assert.All(OptionsIn(example), option => Assert.Contains(command.Options, known => known.Name == option));
        }
    }

    // It has as many reasons as a path can be wrong; each says its own way out.
    [Fact]
    public void A_certificate_that_is_not_there_is_no_matter_of_a_passphrase() =>
        Assert.DoesNotContain("passphrase", AllOf(EnvelopeError.CertificateNotFound), StringComparison.Ordinal);

    [Theory]
    [InlineData(RecipientAlgorithm.XWing, EnvelopeError.PrivateKeyMissing, "key pair", "certificate")]
    [InlineData(RecipientAlgorithm.Rsa, EnvelopeError.PrivateKeyMissing, "certificate", "key pair")]
    [InlineData(RecipientAlgorithm.Passphrase, EnvelopeError.WrappedKeyInvalid, "passphrase", "key pair")]
    [InlineData(RecipientAlgorithm.XWing, EnvelopeError.WrappedKeyInvalid, "", "passphrase")]
    public void A_hint_speaks_of_the_recipients_that_did_not_open_alone(string algorithm, EnvelopeError error, string named, string left)
    {
        var hint = Hint.For(error, Commands.Single(command => command.Name == "unprotect"), [algorithm]);
        Assert.Contains(named, hint, StringComparison.Ordinal);
        Assert.DoesNotContain(left, hint, StringComparison.Ordinal);
    }

    private static string AllOf(EnvelopeError error) => ErrorCatalog.Of(error).Tool.Text(_ => true, []);

    private static bool IsOfKek(Command command) => command.Parents.Any(parent => parent.Name == "kek");

    private static IEnumerable<Command> Below(Command command) =>
        command.Subcommands.Count == 0 ? [command] : command.Subcommands.SelectMany(Below);

    // What stands between `, or outside of them.
    private static IEnumerable<string> Parts(string hint, bool quoted) =>
        hint.Split('`').Where((_, index) => index % 2 == (quoted ? 1 : 0));

    private static IEnumerable<string> OptionsIn(string text) =>
        text.Split(' ', ',', '.', ':').Where(word => word.StartsWith("--", StringComparison.Ordinal));
}
