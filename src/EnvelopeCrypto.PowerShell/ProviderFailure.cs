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
        // Ours, thrown by the block itself or by a cmdlet that it calls: those that are about KEKs, key services and the keyring mean the same here.
        EnvelopeException { Error: >= EnvelopeError.KekRequired and <= EnvelopeError.PrivateKeyMissing } ours => ours.Error,
        HttpRequestException { StatusCode: HttpStatusCode.Unauthorized } => EnvelopeError.CredentialsInvalid,
        HttpRequestException { StatusCode: HttpStatusCode.Forbidden } or UnauthorizedAccessException => EnvelopeError.AccessDenied,
        HttpRequestException { StatusCode: HttpStatusCode.TooManyRequests } => EnvelopeError.KeyServiceThrottled,
        HttpRequestException { StatusCode: null } or SocketException => EnvelopeError.KeyServiceUnreachable,
        TimeoutException or OperationCanceledException => EnvelopeError.KeyServiceTimeout,
        _ => EnvelopeError.KeyServiceFailed,
    };

    private static string TextOf(Exception cause)
    {
        var text = AnyKey().Replace(cause is EnvelopeException ours ? ours.Reason : cause.Message.Trim().ReplaceLineEndings(" "), "(a key?)");
        return text.Length <= LongestText ? text : text[..LongestText] + "...";
    }

    // The shell's own message about a conversion that failed shows the value: 32 bytes as base64, hex or a list of numbers.
    [GeneratedRegex("(?<![A-Za-z0-9+/_-])([A-Za-z0-9+/_-]{43}=?|[0-9A-Fa-f]{64})(?![A-Za-z0-9+/_=-])|[0-9]{1,3}([ ,]+[0-9]{1,3}){31}", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex AnyKey();
}
