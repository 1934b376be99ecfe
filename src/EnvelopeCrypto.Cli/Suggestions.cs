using System.CommandLine;
using System.CommandLine.Completions;
using EnvelopeCrypto.Keys;
using EnvelopeCrypto.Keys.Local;

namespace EnvelopeCrypto.Cli;

/// <summary>
/// What can stand in the place of the last word of a command line, by the commands and options that the tool itself parses with. A line
/// for each: the word, a tab, what it means; and for file names, which the shell knows best, a line <c>:files PREFIX</c>.
/// </summary>
internal static class Suggestions
{
    private const string Dashes = "--";
    private const string References = "REFERENCE";
    private const string LocalName = "local:NAME";

    // What an option's value is called in the usage, where files serve for it.
    private static readonly string[] Files = ["FILE", "PATH", "FOLDER"];

    private static readonly string[] BeforeFiles = ["pub:", "x509:"];

    public static IEnumerable<string> For(Command root, IReadOnlyList<string> words)
    {
        var (command, current) = (root, words.Count == 0 ? "" : words[^1]);
        Option? open = null;
        var isFiles = false;
        foreach (var word in words.SkipLast(1))
        {
            if (open is not null || isFiles)
                open = null;
            else if (word == Dashes)
                isFiles = true;
            else if (word.StartsWith('-'))
                open = Find(command, word) is { } option && TakesValue(option) ? option : null; // --name=value finds none
            else
                command = command.Subcommands.FirstOrDefault(each => each.Name == word) ?? command;
        }
        if (open is not null)
            return Values(open, current, before: "");
        if (isFiles)
            return [FileLine("")];
        if (current.StartsWith(Dashes, StringComparison.Ordinal) && current.IndexOf('=', StringComparison.Ordinal) is >= 0 and var at)
            return Find(command, current[..at]) is { } option ? Values(option, current[(at + 1)..], current[..(at + 1)]) : [];
        if (current.StartsWith('-'))
            return Matching(OptionsOf(command).SelectMany(option => NamesOf(option).Select(name => (name, option.Description))), current, before: "");
        var commands = command.Subcommands.Where(each => !each.Hidden).ToList();
        if (commands.Count > 0)
            return Matching(commands.Select(each => (each.Name, each.Description)), current, before: "");
        return command.Arguments.LastOrDefault() is not { } argument ? []
            : argument.Name == "kek" ? Keks(current, before: "")
            : [FileLine("")];
    }

    private static IEnumerable<string> Values(Option option, string current, string before) => option.HelpName switch
    {
        References => Keks(current, before),
        LocalName => Matching(LocalKeks(), current, before),
        { } name when Files.Contains(name, StringComparer.Ordinal) => [FileLine(before)],
        _ => Matching(option.GetCompletions(CompletionContext.Empty).Select(each => (each.Label, (string?)null)), current, before),
    };

    private static IEnumerable<string> Keks(string current, string before)
    {
        if (Array.Find(BeforeFiles, prefix => current.StartsWith(prefix, StringComparison.Ordinal)) is { } prefix)
            return [FileLine(before + prefix)];
        return Matching(
            [
                .. LocalKeks(), ("pub:", "the public half of a key pair, in a file"), ("x509:", "a certificate, in a file or in the store"),
                ("passphrase", "a passphrase"), ("alias/", "an alias of AWS KMS"),
            ],
            current,
            before);
    }

    private static List<(string Word, string? Meaning)> LocalKeks()
    {
        try
        {
            using var passphrases = new KekPassphrases();
            using var keyring = new LocalKeyring(KeyringLocation.Resolve(), passphrases);
            return [.. keyring.Names().Select(name => ($"local:{name}", (string?)"of the local keyring"))];
        }
        catch (EnvelopeException)
        {
            return []; // a command that is run will say what is wrong with the keyring
        }
    }

    private static IEnumerable<string> Matching(IEnumerable<(string Word, string? Meaning)> candidates, string current, string before) =>
        candidates
        .Where(each => each.Word.StartsWith(current, StringComparison.Ordinal))
        .Select(each => $"{before}{each.Word}\t{FirstSentence(each.Meaning)}");

    private static string FileLine(string prefix) => $":files {prefix}";

    private static string FirstSentence(string? text)
    {
        var line = DisplayText.OneLine(text ?? "");
        return line.IndexOf(". ", StringComparison.Ordinal) is >= 0 and var end ? line[..end] : line.TrimEnd('.');
    }

    private static Option? Find(Command command, string name) =>
        OptionsOf(command).FirstOrDefault(option => NamesOf(option).Contains(name, StringComparer.Ordinal));

    // Those of the commands above that hold below too, such as --help.
    private static IEnumerable<Option> OptionsOf(Command command) => command.Options.Where(option => !option.Hidden)
        .Concat(command.Parents.OfType<Command>().SelectMany(OptionsOf).Where(option => option.Recursive));

    private static IEnumerable<string> NamesOf(Option option) => option.Aliases.Where(alias => alias.StartsWith('-')).Prepend(option.Name);

    private static bool TakesValue(Option option) => option.Arity.MaximumNumberOfValues > 0 && option.ValueType != typeof(bool);
}
