using System.Management.Automation;

namespace EnvelopeCrypto.PowerShell;

/// <summary>From the engine's reason to what PowerShell shows: category and recommended action. The id is the reason's own name.</summary>
internal static class ErrorTable
{
    public static ErrorRecord ToRecord(EnvelopeException failure, object? target)
    {
        var record = new ErrorRecord(failure, failure.Error.ToString(), CategoryOf(failure.Error), target ?? failure.Path);
        if (ActionFor(failure.Error) is { } action)
            record.ErrorDetails = new ErrorDetails(failure.Message) { RecommendedAction = action };
        return record;
    }

    private static ErrorCategory CategoryOf(EnvelopeError error) => error switch
    {
        EnvelopeError.EmptyFile or EnvelopeError.NotAnEnvelope or EnvelopeError.UnsupportedVersion or EnvelopeError.HeaderInvalid
            or EnvelopeError.RecipientsDamaged or EnvelopeError.RecipientsForked or EnvelopeError.WrongEnvelopeType
            or EnvelopeError.CommitmentMismatch or EnvelopeError.BodyDamaged or EnvelopeError.BodyTruncated or EnvelopeError.BodyTooLong
            or EnvelopeError.MetadataInvalid or EnvelopeError.WrappedKeyInvalid or EnvelopeError.KeyringDamaged
            or EnvelopeError.SourceChanged or EnvelopeError.NameNotText or EnvelopeError.KekMismatch => ErrorCategory.InvalidData,
        EnvelopeError.ContextInvalid or EnvelopeError.KekReferenceInvalid or EnvelopeError.KekRequired or EnvelopeError.PassphraseInvalid
            or EnvelopeError.PassphraseRequired or EnvelopeError.DestinationRequired or EnvelopeError.DestinationIsSource
            or EnvelopeError.NameTooLong or EnvelopeError.OutsideRoot or EnvelopeError.CertificateUnsuitable
            or EnvelopeError.KekUnsuitable => ErrorCategory.InvalidArgument,
        EnvelopeError.KekNotFound or EnvelopeError.KekVersionNotFound or EnvelopeError.CertificateNotFound or EnvelopeError.PrivateKeyMissing
            or EnvelopeError.SourceNotFound or EnvelopeError.NothingMatched or EnvelopeError.RecipientNotFound
            or EnvelopeError.KeyringLocationUnknown or EnvelopeError.KekProviderMissing => ErrorCategory.ObjectNotFound,
        EnvelopeError.KekExists or EnvelopeError.DestinationExists or EnvelopeError.DuplicateOutput
            or EnvelopeError.AlreadyAnEnvelope => ErrorCategory.ResourceExists,
        EnvelopeError.KekNotAllowed or EnvelopeError.KekUseRefused or EnvelopeError.KeyringNotPrivate or EnvelopeError.ContextMismatch
            or EnvelopeError.WouldLockOut or EnvelopeError.SharedDataKey or EnvelopeError.AccessDenied => ErrorCategory.PermissionDenied,
        EnvelopeError.KeyringPassphraseWrong or EnvelopeError.NoRecipientOpened or EnvelopeError.CredentialsMissing
            or EnvelopeError.CredentialsExpired or EnvelopeError.ClockSkewed => ErrorCategory.AuthenticationError,
        EnvelopeError.KeyringBusy or EnvelopeError.EnvelopeBusy or EnvelopeError.SourceInUse => ErrorCategory.ResourceBusy,
        EnvelopeError.KekDisabled or EnvelopeError.KekPendingDeletion => ErrorCategory.ResourceUnavailable,
        EnvelopeError.KeyServiceThrottled => ErrorCategory.LimitsExceeded,
        EnvelopeError.KeyServiceUnreachable or EnvelopeError.KeyServiceFailed => ErrorCategory.ConnectionError,
        EnvelopeError.KeyServiceTimeout => ErrorCategory.OperationTimeout,
        EnvelopeError.SourceUnreadable => ErrorCategory.ReadError,
        EnvelopeError.OutputFailed or EnvelopeError.DiskFull => ErrorCategory.WriteError,
        _ => ErrorCategory.InvalidOperation,
    };

    private static string? ActionFor(EnvelopeError error) => error switch
    {
        EnvelopeError.DestinationExists => "Use -Update to replace outputs whose source changed, or -Force to replace all.",
        EnvelopeError.KekRequired => "Name a KEK with -Kek, or set $env:ENVELOPECRYPTO_KEK.",
        EnvelopeError.KekNotFound => "Make the KEK with New-EnvelopeKek, or bring it back with Import-EnvelopeKek.",
        EnvelopeError.KekNotAllowed => "Name the KEK with -AllowedKek if it is yours.",
        EnvelopeError.KeyringPassphraseWrong or EnvelopeError.PassphraseRequired => "Give -KeyringPassphrase or -Passphrase, or set the variable that the message names.",
        EnvelopeError.OutsideRoot or EnvelopeError.DuplicateOutput => "Give -Root, the folder below which the tree is kept.",
        EnvelopeError.SharedDataKey => "Use -SharedDataKey if all files of the batch are meant.",
        EnvelopeError.WouldLockOut => "Add a KEK that opens the file, or use -NoReadBack if you are sure.",
        EnvelopeError.NothingMatched => "Use -LiteralPath for names with [ ] * or ?.",
        EnvelopeError.CredentialsMissing => "Give -ProfileName, or set the AWS_* variables, or run where a role is attached.",
        EnvelopeError.CredentialsExpired => "Sign in again (aws sso login), or renew the token.",
        EnvelopeError.AccessDenied => "Let the key's policy or the caller's grant the permission that the message names.",
        EnvelopeError.KekDisabled => "Enable the KEK at its key service.",
        EnvelopeError.KekPendingDeletion => "Cancel the KEK's deletion at its key service, and enable it.",
        EnvelopeError.KeyServiceThrottled => "Lower -ThrottleLimit, or give -FilesPerDataKey.",
        EnvelopeError.KeyServiceUnreachable or EnvelopeError.KeyServiceTimeout => "Check -Region, -EndpointUrl, the proxy and the network.",
        EnvelopeError.ClockSkewed => "Set this machine's clock.",
        _ => null,
    };
}
