using System.Management.Automation;
using System.Text.RegularExpressions;
using EnvelopeCrypto.Keys;

namespace EnvelopeCrypto.PowerShell;

/// <summary>
/// From the engine's reason to what PowerShell shows: the id is the reason's own name; category and recommended action stand here.
/// </summary>
internal static partial class ErrorTable
{
    private const string Restore = "Restore it from another copy; of files Test-EnvelopeFile shows which are sound.";
    private const string AskAgain = "Try again later. With -Update the finished files are left alone.";

    /// <param name="failure">What failed.</param>
    /// <param name="target">What it is about; null for the file that the failure names.</param>
    /// <param name="parameters">Those of the cmdlet that failed: a way out that it lacks is left out.</param>
    public static ErrorRecord ToRecord(EnvelopeException failure, object? target, ICollection<string> parameters)
    {
        var (category, action) = RowOf(failure.Error);
        var record = new ErrorRecord(failure, failure.Error.ToString(), category, target ?? failure.Path)
        {
            ErrorDetails = new ErrorDetails(failure.Message) { RecommendedAction = Fitting(action, failure.Algorithms, parameters) },
        };
        record.CategoryInfo.TargetName = DisplayText.OneLine(record.CategoryInfo.TargetName); // PowerShell shows it as it stands
        return record;
    }

    /// <summary>
    /// Category and recommended action of an id. A sentence of the action is shown where the cmdlet has each parameter that it names;
    /// one that stands behind a cmdlet's name is that cmdlet's.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The table has no row for it.</exception>
    internal static (ErrorCategory Category, string Action) RowOf(EnvelopeError error) => error switch
    {
        // What was read is not a sound envelope.
        EnvelopeError.EmptyFile => (ErrorCategory.InvalidData, Restore),
        EnvelopeError.NotAnEnvelope => (ErrorCategory.InvalidData, "Name an envelope. With -Recurse, files that are none are left out."),
        EnvelopeError.UnsupportedVersion => (ErrorCategory.InvalidData, "Update this module: the file was made by a newer one."),
        EnvelopeError.HeaderInvalid => (ErrorCategory.InvalidData, Restore),
        EnvelopeError.RecipientsDamaged => (ErrorCategory.InvalidData, Restore),
        EnvelopeError.RecipientsForked => (
            ErrorCategory.InvalidData,
            "Update-EnvelopeKek -Slot First, or Second, keeps the slot that opens; or restore the file from a backup."),
        EnvelopeError.SlotsDiffer => (
            ErrorCategory.InvalidData,
            "Rewrap the file with Update-EnvelopeKek, which writes both slots alike; then look which KEKs it names."),
        EnvelopeError.WrongEnvelopeType => (
            ErrorCategory.InvalidData,
            "Use Import-EnvelopeKek for exported KEKs, Unprotect-EnvelopeFile for files, and Unprotect-EnvelopeData for tokens."),
        EnvelopeError.CommitmentMismatch => (ErrorCategory.InvalidData, Restore),
        EnvelopeError.BodyDamaged => (ErrorCategory.InvalidData, Restore),
        EnvelopeError.BodyTruncated => (ErrorCategory.InvalidData, Restore),
        EnvelopeError.BodyTooLong => (ErrorCategory.InvalidData, "Split the file: one envelope holds less than 4 PiB."),
        EnvelopeError.MetadataInvalid => (ErrorCategory.InvalidData, Restore),

        // Encryption context.
        EnvelopeError.ContextInvalid =>
            (ErrorCategory.InvalidArgument, "Give a table of names and texts, such as @{ purpose = 'backup' }."),
        EnvelopeError.ContextMismatch => (ErrorCategory.PermissionDenied, "It is not what was expected, or -RequiredContext is wrong."),

        // KEKs.
        EnvelopeError.KekRequired => (ErrorCategory.InvalidArgument, "Give -Kek, or set $env:ENVELOPECRYPTO_KEK. Say which KEKs are to go or to come, with -NewKek, -AddKek, -RemoveKek or -WrappedBefore."),
        EnvelopeError.KekReferenceInvalid => (ErrorCategory.InvalidArgument, "Give the KEKs, names or parameters in the way that the message says."),
        EnvelopeError.KekNotFound => (ErrorCategory.ObjectNotFound, "Check the name. Of AWS KMS, check -Region and -ProfileName too. New-EnvelopeKek makes a KEK, Import-EnvelopeKek brings a local one back."),
        EnvelopeError.KekVersionNotFound => (ErrorCategory.ObjectNotFound, "Bring the version back from a backup with Import-EnvelopeKek."),
        EnvelopeError.KekExists => (
            ErrorCategory.ResourceExists,
            "A new KEK needs another name; New-EnvelopeKekVersion gives the one that is there a new version."),
        EnvelopeError.KekNotAllowed => (
            ErrorCategory.PermissionDenied,
            "Name the KEK with -AllowedKek if it is yours. $env:ENVELOPECRYPTO_ALLOWED_KEK names it for all commands."),
        EnvelopeError.KekProviderMissing => (
            ErrorCategory.ObjectNotFound,
            "Get-EnvelopeKekProvider lists those of this session, Register-EnvelopeKekProvider adds one; or use a KEK of another kind."),
        EnvelopeError.KekProviderExists => (ErrorCategory.ResourceExists, "Use -Force to replace it, or another name."),
        EnvelopeError.KekUseRefused =>
            (ErrorCategory.PermissionDenied, "Fix the audit log: no KEK is used until its use can be recorded."),
        EnvelopeError.NoRecipientOpened => (
            ErrorCategory.AuthenticationError,
            "Fix what the message names for one of the KEKs. A KEK that is yours and not allowed is named with -AllowedKek."),
        EnvelopeError.WrappedKeyInvalid => (ErrorCategory.InvalidData, "Of a passphrase: give another one with -Passphrase. A data key opens under the context that it was wrapped with. Else restore it, or the file that holds it, from another copy."),
        EnvelopeError.PlaintextNeeded => (ErrorCategory.InvalidOperation, "Unwrap the key with Unprotect-DataKey."),
        EnvelopeError.RecipientUnexpected =>
            (ErrorCategory.InvalidData, "Rewrap the file with Update-EnvelopeKek -NewKek, which leaves exactly these KEKs."),
        EnvelopeError.NotPostQuantum => (
            ErrorCategory.InvalidData, "Rewrap the file with Update-EnvelopeKek -NewKek to key pairs (pub:PATH), local KEKs or passphrases."),
        EnvelopeError.ProofFailed =>
            (ErrorCategory.InvalidResult, "Check the new KEK: what it wraps does not open again. The file is as it was."),

        // Keyring, certificates, passphrases.
        EnvelopeError.KeyringLocationUnknown =>
            (ErrorCategory.ObjectNotFound, "Set $env:ENVELOPECRYPTO_HOME to a folder of this account alone."),
        EnvelopeError.KeyringNotPrivate =>
            (ErrorCategory.PermissionDenied, "Run the command that the message names, so that only this account can read the keyring."),
        EnvelopeError.KeyringDamaged =>
            (ErrorCategory.InvalidData, "Restore the keyring's folder from a copy, or the KEK with Import-EnvelopeKek."),
        EnvelopeError.KeyringBusy => (ErrorCategory.ResourceBusy, "Try again when the other process has ended."),
        EnvelopeError.KeyringPassphraseWrong => (ErrorCategory.AuthenticationError, "Give the keyring's passphrase with -KeyringPassphrase. $env:ENVELOPECRYPTO_KEYRING_PASSPHRASE, or its _FILE form, gives it to all commands."),
        EnvelopeError.KekProtectionUnavailable =>
            (ErrorCategory.NotImplemented, "Use the KEK on the machine and under the account that protect it, or import its backup here."),
        EnvelopeError.KeyIdMismatch => (
            ErrorCategory.SecurityError,
            "Take the backup from where it was put, and compare with the key id that was noted then; without -KeyId it is shown."),
        EnvelopeError.PassphraseRequired =>
            (ErrorCategory.InvalidArgument, "Set the variable that the message names, or give the passphrase by its parameter."),
        EnvelopeError.PassphraseInvalid => (ErrorCategory.InvalidArgument, "Give a passphrase that is text and not empty."),
        EnvelopeError.DerivationBudgetSpent => (
            ErrorCategory.LimitsExceeded,
            "Run again with the files that are under this passphrase alone. Look with Get-EnvelopeFile which have such recipients."),
        EnvelopeError.PromptRequired =>
            (ErrorCategory.InvalidOperation, "Give the answer by a parameter or variable: no one is there to ask."),
        EnvelopeError.CertificateNotFound => (ErrorCategory.ObjectNotFound, "Name a .cer, .pem or .pfx file, or the thumbprint of a certificate in the user's or machine's store."),
        EnvelopeError.CertificateUnsuitable => (ErrorCategory.InvalidArgument, "Use a certificate with an RSA key of 2048 bits or more."),
        EnvelopeError.PublicKeyNotFound => (ErrorCategory.ObjectNotFound, "Name the PEM file that Export-EnvelopeKek -PublicKey wrote: pub:PATH."),
        EnvelopeError.PublicKeyInvalid => (
            ErrorCategory.InvalidData, "Bring the file once more from the keyring that has the KEK: Export-EnvelopeKek -PublicKey writes it."),
        EnvelopeError.PrivateKeyMissing => (
            ErrorCategory.ObjectNotFound,
            "Of a key pair: Import-EnvelopeKek brings it back from its backup. "
            + "Of a certificate: name the file that has it with -AllowedKek x509:PATH, or put it into the user's certificate store."),

        // Key services.
        EnvelopeError.ConnectionInvalid =>
            (ErrorCategory.InvalidArgument, "Check -ProfileName, -Region and -EndpointUrl, and the AWS variables."),
        EnvelopeError.RegionRequired => (ErrorCategory.InvalidArgument, "Give -Region, set $env:AWS_REGION, or name the key by its ARN."),
        EnvelopeError.CredentialsMissing => (ErrorCategory.AuthenticationError, "Give -ProfileName, sign in, or set the AWS variables."),
        EnvelopeError.CredentialsExpired => (ErrorCategory.AuthenticationError, "Sign in again."),
        EnvelopeError.CredentialsInvalid => (ErrorCategory.AuthenticationError, "Check the access key, its secret and the profile."),
        EnvelopeError.AccessDenied => (
            ErrorCategory.PermissionDenied,
            "Get the permission: from the key's policy, the account's, or the people who run the key service."),
        EnvelopeError.KekDisabled => (ErrorCategory.InvalidOperation, "Enable the key, or open the file with another of its KEKs."),
        EnvelopeError.KekPendingDeletion =>
            (ErrorCategory.InvalidOperation, "Cancel the key's deletion, and rewrap the files that still need it."),
        EnvelopeError.KekMismatch => (ErrorCategory.InvalidData, Restore),
        EnvelopeError.KekUnsuitable => (
            ErrorCategory.InvalidArgument,
            "Use a KEK of a kind that can do this. Of AWS KMS, only a key for encryption (SYMMETRIC_DEFAULT or RSA) is a KEK."),
        EnvelopeError.KeyServiceThrottled => (
            ErrorCategory.LimitsExceeded,
            "Lower -ThrottleLimit. Raise -FilesPerDataKey. Raise -RecordsPerDataKey. Have the service's limit raised."),
        EnvelopeError.KeyServiceUnreachable => (ErrorCategory.ConnectionError, "Check the network, the proxy, -Region and -EndpointUrl."),
        EnvelopeError.KeyServiceTimeout => (ErrorCategory.OperationTimeout, AskAgain),
        EnvelopeError.KeyServiceFailed => (ErrorCategory.ResourceUnavailable, "Fix what the message names, such as an error in a script block of a registered provider. Where the service itself failed, try again later. With -Update the finished files are left alone."),
        EnvelopeError.ClockSkewed => (ErrorCategory.InvalidOperation, "Set this machine's clock."),

        // Rewrap.
        EnvelopeError.TooManyRecipients => (ErrorCategory.LimitsExceeded, "Name fewer KEKs. Take KEKs away with -RemoveKek."),
        EnvelopeError.WouldLockOut => (
            ErrorCategory.PermissionDenied,
            "Add a KEK that opens it first. -NoReadBack drops recipients without proof, but never the last."),
        EnvelopeError.SharedDataKey => (
            ErrorCategory.PermissionDenied,
            "Use -SharedDataKey to change all files of the batch. Or use -RotateDataKey, which gives this file a data key of its own."),
        EnvelopeError.NotRotated => (
            ErrorCategory.InvalidResult,
            "Rotate the file by itself with Update-EnvelopeKek -RotateDataKey -NewKek, without -OldKek, and find out who took the old recipient out."),
        EnvelopeError.EnvelopeBusy => (ErrorCategory.ResourceBusy, "Try again when the other process has ended."),

        // Records.
        EnvelopeError.NotAToken =>
            (ErrorCategory.InvalidData, "Name a property whose values Protect-EnvelopeData made; those begin with 'evc1.'."),
        EnvelopeError.TokenInvalid => (
            ErrorCategory.InvalidData,
            "Look what stored the token: a column that is too short cuts it off, and quotes or white space around it do not belong to it."),
        EnvelopeError.AlreadyAToken => (ErrorCategory.ResourceExists, "Use -SkipProtected to leave tokens as they are."),
        EnvelopeError.BindingMismatch =>
            (ErrorCategory.InvalidArgument, "Give -Property and -BindProperty as they were when the token was made."),
        EnvelopeError.FieldMissing => (ErrorCategory.ObjectNotFound, "Check the names that -Property and -BindProperty give."),
        EnvelopeError.FieldNameInvalid => (ErrorCategory.InvalidArgument, "Name each property once, with -Property or with -BindProperty. -BindProperty needs -Property."),
        EnvelopeError.ValueUnsupported => (
            ErrorCategory.InvalidType, "Turn the value into text or bytes first; long ones belong into a file, with Protect-EnvelopeFile."),

        // Audit.
        EnvelopeError.AuditLogDamaged => (
            ErrorCategory.InvalidData,
            "Find the line with Test-EnvelopeAuditLog, keep the log's files as they are, and let a new log begin for what comes."),
        EnvelopeError.AuditLogUnusable =>
            (ErrorCategory.InvalidOperation, "Name another log with -AuditLog. Fix the variable or the file that the message names."),
        EnvelopeError.AuditHeadNotSent =>
            (ErrorCategory.WriteError, "Start the system's log, name its socket with -SyslogSocket, or keep the head elsewhere."),

        // Many files.
        EnvelopeError.NothingMatched => (ErrorCategory.ObjectNotFound, "Check the path. Check -Include and -Exclude. Use -LiteralPath for names with [ ] * or ?. Use -Recurse for what is in folders."),
        EnvelopeError.OutsideRoot => (ErrorCategory.InvalidArgument, "Give -Root, the folder below which the tree is kept."),
        EnvelopeError.DuplicateOutput =>
            (ErrorCategory.ResourceExists, "Each input needs an output of its own. Give -Root, so that the places of both differ."),
        EnvelopeError.NotTried => (
            ErrorCategory.OperationStopped,
            "Fix the first error, and run again. With -Update the finished files are left alone."),
        EnvelopeError.NameNotText => (ErrorCategory.InvalidData, "Rename the file: its name is not UTF-8."),
        EnvelopeError.NameUnusable => (
            ErrorCategory.InvalidData,
            "Rename the file where its name is an ordinary one, such as in WSL or on its server. For an output give -DestinationPath another name."),
        EnvelopeError.OutOfResources =>
            (ErrorCategory.ResourceUnavailable, "Raise this process's limits of memory and threads. Or lower -ThrottleLimit."),
        EnvelopeError.Unexpected => (ErrorCategory.InvalidOperation, "Report it, with what the message says."),

        // Files.
        EnvelopeError.SourceNotFound =>
            (ErrorCategory.ObjectNotFound, "Check the path, or the variable that names it. Use -LiteralPath for names with [ ] * or ?."),
        EnvelopeError.SourceUnreadable => (ErrorCategory.ReadError, "Let this account read the file."),
        EnvelopeError.SourceNotAFile => (ErrorCategory.InvalidArgument, "Name files. Use -Recurse for what is in folders."),
        EnvelopeError.SourceInUse => (ErrorCategory.ResourceBusy, "Try again when the other process has closed the file."),
        EnvelopeError.LinkInTheWay => (
            ErrorCategory.SecurityError,
            "Look at who made the link. Where it is yours, replace it by a folder, or name the folder that it leads to."),
        EnvelopeError.LocksUnavailable =>
            (ErrorCategory.NotImplemented, "Mount the file system with locks, or work on a copy on another one."),
        EnvelopeError.SourceChanged => (ErrorCategory.InvalidData, "Try again while nothing writes to the file."),
        EnvelopeError.AlreadyAnEnvelope => (ErrorCategory.ResourceExists, "Use -AllowNested to encrypt it once more."),
        EnvelopeError.SourceKept => (
            ErrorCategory.InvalidResult,
            "Fix what the message names and run again with -Update -RemoveSource, or remove the source yourself."),
        EnvelopeError.DestinationExists =>
            (ErrorCategory.ResourceExists, "Use -Update to replace outputs whose source changed. Use -Force to replace whatever is there."),
        EnvelopeError.DestinationIsSource => (ErrorCategory.InvalidArgument, "Give another -DestinationPath."),
        EnvelopeError.DestinationRequired => (ErrorCategory.InvalidArgument, "Give -DestinationPath."),
        EnvelopeError.NameTooLong =>
            (ErrorCategory.InvalidArgument, "Use a shorter name or path. An output gets one from -DestinationPath."),
        EnvelopeError.OutputFailed => (ErrorCategory.WriteError, "Let this account write there, and check the path."),
        EnvelopeError.DiskFull => (ErrorCategory.WriteError, "Make room. Or give another -DestinationPath."),
        EnvelopeError.DestinationNotMounted =>
            (ErrorCategory.ResourceUnavailable, "Mount the disk. Without -RequireMount any folder will do."),
        _ => throw new ArgumentOutOfRangeException(nameof(error), error, "The table has no row for it."),
    };

    private static string Fitting(string action, IReadOnlyList<string> algorithms, ICollection<string> parameters) => string.Join(
        ' ', SentenceEnd().Split(action).Where(sentence => RecipientCase.Concerns(sentence, algorithms)
            && OwnParameter().Matches(sentence).All(named => parameters.Contains(named.Groups["name"].Value))));

    [GeneratedRegex("(?<=\\.) ", RegexOptions.None, 60_000)]
    private static partial Regex SentenceEnd();

    [GeneratedRegex("(?<!\\w-\\w+ )(?<!\\w)-(?<name>[A-Z][A-Za-z]+)", RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex OwnParameter();
}
