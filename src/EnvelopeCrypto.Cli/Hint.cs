using System.CommandLine;
using System.Text.RegularExpressions;
using EnvelopeCrypto.Keys;

namespace EnvelopeCrypto.Cli;

/// <summary>The way out of a failure in words of the command line; the engine's reasons name no options.</summary>
internal static partial class Hint
{
    /// <summary>
    /// What to add to the reason, with a blank before it: each sentence whose options the command has. Empty
    /// where the reason says it all.
    /// </summary>
    /// <param name="error">What failed.</param>
    /// <param name="command">The command that failed.</param>
    /// <param name="algorithms">Those of the recipients that it is about; a sentence about others is left out.</param>
    public static string For(EnvelopeError error, Command command, IReadOnlyList<string>? algorithms = null)
    {
        var sentences = SentenceEnd().Split(Of(error)).Where(
            sentence => RecipientCase.Concerns(sentence, algorithms ?? []) && OwnOption().Matches(sentence).All(named => Has(command, named.Value)));
        var hint = string.Join(' ', sentences);
        return hint.Length == 0 ? "" : $" {hint}";
    }

    /// <summary>All that the tool has to say; what stands between ` is a command of its own.</summary>
    public static string Of(EnvelopeError error) => error switch
    {
        EnvelopeError.AlreadyAnEnvelope => "--allow-nested encrypts it once more.",
        EnvelopeError.AuditHeadNotSent => "--syslog-socket names another socket.",
        EnvelopeError.CredentialsMissing => "--profile-name names a profile.",
        EnvelopeError.CredentialsInvalid => "Check the access key, its secret and the profile.",
        EnvelopeError.DestinationExists => "--force replaces it. --update replaces it if its source changed.",
        EnvelopeError.DestinationIsSource or EnvelopeError.DestinationRequired => "Give --destination.",
        EnvelopeError.DestinationNotMounted =>
            "Mount the disk. Without --require-mount any folder will do.",
        EnvelopeError.NameUnusable => "An output gets another name from --destination.",
        EnvelopeError.NameTooLong => "An output gets a shorter name from --destination.",
        EnvelopeError.DuplicateOutput => "Give --root, so that the places of both differ.",
        EnvelopeError.KekExists => "A new KEK needs another name; `envelope kek rotate` gives the one that is there a new version.",
        EnvelopeError.KekNotAllowed => "Name it with --allowed-kek if it is yours. ENVELOPECRYPTO_ALLOWED_KEK names it for all commands.",
        EnvelopeError.KekNotFound =>
            "Check the name (of AWS KMS: the Region and profile too). "
            + "`envelope kek new` makes a KEK, `envelope kek import` brings a local one back.",
        EnvelopeError.KekProviderMissing =>
            "Registered providers (NAME:ID) are script blocks: use the cmdlets of PowerShell for their KEKs.",
        EnvelopeError.KekRequired => "Give --kek.",
        EnvelopeError.KekVersionNotFound => "`envelope kek import` brings it back from a backup.",
        EnvelopeError.KeyServiceThrottled => "A lower --throttle-limit asks less of it. More --files-per-data-key ask less of it.",
        EnvelopeError.NoRecipientOpened => "A KEK that is yours and not allowed is named with --allowed-kek.",
        EnvelopeError.NotRotated =>
            "Rotate it by itself: `envelope rewrap FILE --rotate-data-key --new-kek KEK`; and find out who took the old recipient out.",
        EnvelopeError.NotAToken => "`envelope unprotect -` takes an envelope from a pipe.",
        EnvelopeError.NotPostQuantum =>
            "`envelope rewrap FILE --new-kek KEK` leaves exactly the KEKs that it names, such as a key pair's public half (pub:PATH).",
        EnvelopeError.OutOfResources => "Raise its limits (ulimit, container). Or lower --throttle-limit.",
        EnvelopeError.OutsideRoot => "Give --root.",
        EnvelopeError.PrivateKeyMissing =>
            "Of a key pair: `envelope kek import` brings it back from its backup. "
            + "Of a certificate: name the file that has it with --allowed-kek x509:PATH, or put it in your certificate store.",
        EnvelopeError.PublicKeyNotFound or EnvelopeError.PublicKeyInvalid =>
            "`envelope kek export local:NAME --public-key` writes it, on the machine whose keyring has the KEK.",
        EnvelopeError.RecipientsForked => "`envelope rewrap FILE --slot first`, or second, keeps the one that opens.",
        EnvelopeError.RegionRequired => "--region names one.",
        EnvelopeError.SharedDataKey =>
            "Give --shared-data-key to change them all the same. Or --rotate-data-key, which gives this file a data key of its own.",
        EnvelopeError.SlotsDiffer => "`envelope rewrap` writes both alike; then look which KEKs it names.",
        EnvelopeError.SourceNotAFile => "--recurse takes what is in a directory. `envelope protect -` reads a pipe.",
        EnvelopeError.WrappedKeyInvalid => "Of a passphrase: --passphrase-file gives another one.",
        EnvelopeError.WouldLockOut =>
            "Add a KEK that opens the file first; where the proof alone is missing, --no-read-back does without, but never drops the last.",
        EnvelopeError.WrongEnvelopeType =>
            "`envelope kek import` reads exported KEKs, `envelope unprotect` files, `envelope unprotect --text` tokens.",
        _ => "",
    };

    private static bool Has(Command command, string option) => command.Options.Any(known => known.Name == option);

    [GeneratedRegex("(?<=\\.) ", RegexOptions.None, 60_000)]
    private static partial Regex SentenceEnd();

    // Outside of `, of which an even number follows then.
    [GeneratedRegex("(?<!\\w)--[a-z][a-z-]+(?=[^`]*(`[^`]*`[^`]*)*\\z)", RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex OwnOption();
}
