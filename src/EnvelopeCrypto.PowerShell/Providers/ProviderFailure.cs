using System.Management.Automation;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace EnvelopeCrypto.PowerShell;

/// <summary>
/// What kept a provider's script block from giving an answer, as an error of ours. The kind decides how much is not tried again in the run:
/// a service that cannot be reached is not asked for each file.
/// </summary>
internal static partial class ProviderFailure
{
    private const int LongestText = 500;

    /// <summary>The failure of a block; the block's own exception is the inner one.</summary>
    public static EnvelopeException Of(string provider, string part, string id, Exception failure)
    {
        var cause = CauseOf(failure);
        var why = cause is FlowControlException ? "it ended with 'break', 'continue' or 'exit'; use 'return' or 'throw'." : TextOf(cause);
        return new EnvelopeException(ErrorOf(cause), $"the provider '{provider}' failed to {part} with '{id}': {why}", cause);
    }

    /// <summary>An answer that is none.</summary>
    public static EnvelopeException NoAnswer(string provider, string part, string id, string why) =>
        new(EnvelopeError.KeyServiceFailed, $"the provider '{provider}' failed to {part} with '{id}': {why}");

    // The shell wraps what was thrown once or more, by way of a method, a command or a preference.
    private static Exception CauseOf(Exception failure)
    {
        for (var cause = failure; ;)
        {
            var inner = cause switch
            {
                ActionPreferenceStopException stop => stop.ErrorRecord.Exception,
                RuntimeException or AggregateException => cause.InnerException,
                _ => null,
            };
            if (inner is null)
                return cause;
            cause = inner;
        }
    }

    private static EnvelopeError ErrorOf(Exception cause) => cause switch
    {
        EnvelopeException ours when MeansTheSame(ours.Error) => ours.Error,
        HttpRequestException { StatusCode: HttpStatusCode.Unauthorized } => EnvelopeError.CredentialsInvalid,
        HttpRequestException { StatusCode: HttpStatusCode.Forbidden } or UnauthorizedAccessException => EnvelopeError.AccessDenied,
        HttpRequestException { StatusCode: HttpStatusCode.TooManyRequests } => EnvelopeError.KeyServiceThrottled,
        HttpRequestException { StatusCode: null } or SocketException => EnvelopeError.KeyServiceUnreachable,
        TimeoutException or OperationCanceledException => EnvelopeError.KeyServiceTimeout,
        _ => EnvelopeError.KeyServiceFailed,
    };

    // An error of ours that the block itself throws, or a cmdlet that it calls: of a KEK, a key service, the keyring.
    private static bool MeansTheSame(EnvelopeError error) => error is
        EnvelopeError.KekRequired or EnvelopeError.KekReferenceInvalid or EnvelopeError.KekNotFound
        or EnvelopeError.KekVersionNotFound or EnvelopeError.KekExists or EnvelopeError.KekNotAllowed
        or EnvelopeError.KekProviderMissing or EnvelopeError.KekProviderExists or EnvelopeError.KekUseRefused
        or EnvelopeError.NoRecipientOpened or EnvelopeError.WrappedKeyInvalid or EnvelopeError.PlaintextNeeded
        or EnvelopeError.RecipientUnexpected or EnvelopeError.ProofFailed
        or EnvelopeError.RegionRequired or EnvelopeError.ConnectionInvalid or EnvelopeError.CredentialsMissing
        or EnvelopeError.CredentialsExpired or EnvelopeError.CredentialsInvalid or EnvelopeError.AccessDenied
        or EnvelopeError.KekDisabled or EnvelopeError.KekPendingDeletion or EnvelopeError.KekMismatch or EnvelopeError.KekUnsuitable
        or EnvelopeError.KeyServiceThrottled or EnvelopeError.KeyServiceUnreachable or EnvelopeError.KeyServiceTimeout
        or EnvelopeError.KeyServiceFailed or EnvelopeError.ClockSkewed
        or EnvelopeError.KeyringLocationUnknown or EnvelopeError.KeyringNotPrivate or EnvelopeError.KeyringDamaged
        or EnvelopeError.KeyringBusy or EnvelopeError.KeyringPassphraseWrong or EnvelopeError.KekProtectionUnavailable
        or EnvelopeError.PassphraseRequired or EnvelopeError.PassphraseInvalid or EnvelopeError.PromptRequired
        or EnvelopeError.CertificateNotFound or EnvelopeError.CertificateUnsuitable or EnvelopeError.PrivateKeyMissing;

    private static string TextOf(Exception cause)
    {
        var text = AnyKey().Replace(
            cause is EnvelopeException ours ? ours.Reason : cause.Message.Trim().ReplaceLineEndings(" "), "(a key?)");
        return text.Length <= LongestText ? text : text[..LongestText] + "...";
    }

    // The shell's own message about a conversion that failed shows the value: 32 bytes as base64, hex or a list of numbers.
    [GeneratedRegex("(?<![A-Za-z0-9+/_-])([A-Za-z0-9+/_-]{43}=?|[0-9A-Fa-f]{64})(?![A-Za-z0-9+/_=-])|[0-9]{1,3}([ ,]+[0-9]{1,3}){31}", RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex AnyKey();
}
