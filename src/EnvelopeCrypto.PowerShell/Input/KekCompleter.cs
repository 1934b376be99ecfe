using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using EnvelopeCrypto.Keys;
using EnvelopeCrypto.Keys.Local;

namespace EnvelopeCrypto.PowerShell;

/// <summary>
/// Completes KEK references of every kind: names of the keyring, files behind <c>pub:</c> and <c>x509:</c>, <c>passphrase</c>, aliases of
/// AWS KMS behind <c>alias/</c> where AWS can be asked, registered providers.
/// </summary>
public sealed class KekCompleter : IArgumentCompleter
{
    private const string Local = "local:";
    private const string Passphrase = "passphrase";
    private const string Alias = "alias/";

    private static readonly string[] OfFiles = ["pub:", "x509:"];

    // The prompt waits no longer: it gets what was found by then.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        var word = CompletedWord.Bare(wordToComplete);
        if (Array.Find(OfFiles, prefix => word.StartsWith(prefix, StringComparison.Ordinal)) is { } before)
            return FilesBehind(before, word[before.Length..]);
        if (word.StartsWith(Alias, StringComparison.Ordinal))
            return CompletedWord.Matching(Aliases(fakeBoundParameters), word);
        // A KEK of the keyring protects no backup, and a new one has no name yet.
        var isBackup = parameterName == nameof(ExportEnvelopeKekCommand.BackupKek);
        return References().Where(_ => !isBackup)
            .Concat(OfFiles)
            .Append(Passphrase)
            .Append(Alias)
            .Concat(KekProviderTable.Registered.Where(_ => !isBackup).Select(provider => $"{provider.Name}:"))
            .Where(reference => reference.StartsWith(word, StringComparison.OrdinalIgnoreCase)
                || (reference.StartsWith(Local, StringComparison.Ordinal) && reference[Local.Length..].StartsWith(word, StringComparison.OrdinalIgnoreCase)))
            .Select(reference => new CompletionResult(reference, reference, CompletionResultType.ParameterValue, reference));
    }

    // The shell's own completion of files, from its current location; it quotes what needs quotes.
    private static IEnumerable<CompletionResult> FilesBehind(string prefix, string word) => CompletionCompleters.CompleteFilename(word)
        .Select(file => (Path: Unquoted(file.CompletionText), Found: file))
        .Select(file => new CompletionResult(
            CompletedWord.Quoted(prefix + file.Path), file.Found.ListItemText, file.Found.ResultType, file.Found.ToolTip));

    private static string Unquoted(string text) =>
        text.StartsWith('\'') ? text.Trim('\'').Replace("''", "'", StringComparison.Ordinal) : text;

    private static string[] References()
    {
        try
        {
            using var passphrases = new KekPassphrases();
            using var keyring = new LocalKeyring(KeyringLocation.Resolve(), passphrases);
            return [.. keyring.Names().Select(name => $"{Local}{name}")];
        }
        catch (EnvelopeException)
        {
            return []; // a command that is run will say what is wrong with the keyring
        }
    }

    private static IReadOnlyList<string> Aliases(IDictionary? given)
    {
        var profile = Text(given, nameof(KeyServiceCmdlet.ProfileName));
        if (profile is null && !AwsProfiles.IsAwsThere)
            return [];
        try
        {
            using var stop = new CancellationTokenSource(Patience);
            return AwsAdapter.Aliases(
                profile, Text(given, nameof(KeyServiceCmdlet.Region)), Text(given, nameof(KeyServiceCmdlet.EndpointUrl)), stop.Token);
        }
        catch (Exception failure) when (failure is EnvelopeException or OperationCanceledException)
        {
            return [];
        }
    }

    private static string? Text(IDictionary? given, string name) => given?[name] as string is { Length: > 0 } text ? text : null;
}
