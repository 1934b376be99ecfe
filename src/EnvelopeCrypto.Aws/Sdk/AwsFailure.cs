using System.Net.Http;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Amazon.Runtime;
using EnvelopeCrypto.Aws.Service;

namespace EnvelopeCrypto.Aws.Sdk;

/// <summary>
/// From the SDK's exceptions to error ids. They are not passed on as inner exceptions: one about an answer that does not read quotes it,
/// and there a data key can stand; one about a signature quotes the session token.
/// </summary>
internal static partial class AwsFailure
{
    // With this the SDK begins to quote an answer in which it found no message, and there a data key can stand.
    private const string Quote = "HTTP Body";

    public static EnvelopeException From(AwsCall call, Exception failure)
    {
        if (FindService(failure) is { } service && service is not AmazonUnmarshallingException)
            return FromService(call, service);
        if (Find<AmazonUnmarshallingException>(failure) is not null || IsCutOff(failure))
            return New(call, EnvelopeError.KeyServiceFailed, "the answer was cut off or does not read", "");
        if (Find<UnusableAnswerException>(failure) is { } unusable)
            return New(call, EnvelopeError.KeyServiceFailed, unusable.Message, "");
        if (IsTimeout(failure))
            return New(call, EnvelopeError.KeyServiceTimeout, "no answer came in time", "");
        if (IsUnreachable(failure))
            return New(call, EnvelopeError.KeyServiceUnreachable, "the endpoint cannot be reached", Said(Innermost(failure)));
        if (failure is AmazonClientException && failure.Message.StartsWith("Invalid Configuration", StringComparison.Ordinal))
            return New(call, EnvelopeError.ConnectionInvalid, "the settings do not go together", Said(failure));
        return New(call, EnvelopeError.KeyServiceFailed, $"the call failed ({failure.GetType().Name})", Said(failure));
    }

    /// <summary>The service's own answer among the causes, if it gave one.</summary>
    public static AmazonServiceException? FindService(Exception failure) => Find<AmazonServiceException>(failure);

    public static bool IsUnreachable(Exception failure) =>
        Find<HttpRequestException>(failure) is not null || Find<SocketException>(failure) is not null
            || Find<IOException>(failure) is HttpIOException;

    /// <summary>Whether the adapter itself did not take an answer.</summary>
    public static bool IsUnusable(Exception failure) => Find<UnusableAnswerException>(failure) is not null;

    public static bool IsCutOff(Exception failure) => Find<AnswerCutOffException>(failure) is not null;

    public static bool IsTimeout(Exception failure) =>
        Find<TimeoutException>(failure) is not null || Find<OperationCanceledException>(failure) is not null;

    /// <summary>What a failure says, no longer than a person reads; nothing when the SDK made it up from the answer.</summary>
    public static string Said(Exception failure) =>
        failure.Message is { } said && !said.Contains(Quote, StringComparison.OrdinalIgnoreCase) ? ForeignText.Shorten(said) : "";

    private static EnvelopeException FromService(AwsCall call, AmazonServiceException failure) => failure.ErrorCode switch
    {
        "AccessDeniedException" or "AccessDenied" or "UnauthorizedOperation" or "ForbiddenException" => Denied(call, failure),
        "ExpiredTokenException" or "ExpiredToken" =>
            New(call, EnvelopeError.CredentialsExpired, "the credentials have expired; get new ones", Said(failure)),
        "UnauthorizedException" =>
            New(call, EnvelopeError.CredentialsExpired, "the sign-in by SSO has expired; aws sso login signs in again", Said(failure)),
        "UnrecognizedClientException" or "InvalidClientTokenId" or "InvalidAccessKeyId" or "InvalidIdentityToken" or "IDPRejectedClaim"
            or "MissingAuthenticationToken" or "MissingAuthenticationTokenException" =>
            New(call, EnvelopeError.CredentialsInvalid, "the service does not know these credentials", Said(failure)),
        "InvalidSignatureException" or "SignatureDoesNotMatch" or "IncompleteSignature" or "IncompleteSignatureException" =>
            Signature(call, failure),
        "RequestExpired" or "RequestTimeTooSkewed" or "RequestInTheFuture" => Skewed(call),
        "NotFoundException" => New(call, EnvelopeError.KekNotFound, "there is no such key in this Region and account", Said(failure)),
        "DisabledException" =>
            New(call, EnvelopeError.KekDisabled, "the key is disabled; its administrator can enable it again", Said(failure)),
        "KMSInvalidStateException" => State(call, failure),
        "IncorrectKeyException" => New(call, EnvelopeError.KekMismatch, "another key wrapped this data key", Said(failure)),
        "InvalidCiphertextException" =>
            New(
                call,
                EnvelopeError.WrappedKeyInvalid,
                "the wrapped key does not open: another encryption context, another key or changed bytes",
                Said(failure)),
        "InvalidKeyUsageException" or "UnsupportedOperationException" =>
            New(call, EnvelopeError.KekUnsuitable, "the key's spec or usage does not allow it", Said(failure)),
        "InvalidArnException" or "InvalidAliasNameException" =>
            New(call, EnvelopeError.KekReferenceInvalid, "the service takes that for no key", Said(failure)),
        "AlreadyExistsException" => New(call, EnvelopeError.KekExists, "the name is taken", Said(failure)),
        "ThrottlingException" or "Throttling" or "TooManyRequestsException" or "RequestLimitExceeded" or "SlowDown" or "RequestThrottled" =>
            New(
                call,
                EnvelopeError.KeyServiceThrottled,
                "the service refused too many requests, and each attempt again; run fewer at once, or more files per data key",
                Said(failure)),
        "DependencyTimeoutException" or "RequestTimeout" or "RequestTimeoutException" =>
            New(call, EnvelopeError.KeyServiceTimeout, "the service did not finish in time", Said(failure)),
        { Length: > 0 } code => New(call, EnvelopeError.KeyServiceFailed, $"the service answered {ForeignText.Word(code)}", Said(failure)),
        _ => New(
            call,
            EnvelopeError.KeyServiceFailed,
            $"the service answered HTTP {(int)failure.StatusCode} without a reason; a proxy may stand between",
            ""),
    };

    private static EnvelopeException Denied(AwsCall call, AmazonServiceException failure) =>
        Permission().Match(Said(failure)) is { Success: true } missing
        ? New(call, EnvelopeError.AccessDenied, $"the permission {missing.Groups["name"].Value} is missing", Said(failure))
        : New(call, EnvelopeError.AccessDenied, "access was denied", Said(failure));

    // The message can quote the request, session token and all.
    private static EnvelopeException Signature(AwsCall call, AmazonServiceException failure) =>
        failure.Message.StartsWith("Signature expired", StringComparison.Ordinal)
            || failure.Message.StartsWith("Signature not yet current", StringComparison.Ordinal)
            ? Skewed(call)
            : New(
                call,
                EnvelopeError.CredentialsInvalid,
                "the signature is wrong: the secret access key is not the one of this access key",
                "");

    private static EnvelopeException Skewed(AwsCall call) =>
        New(call, EnvelopeError.ClockSkewed, "this machine's clock differs from the service's by more than five minutes; set it", "");

    private static EnvelopeException State(AwsCall call, AmazonServiceException failure)
    {
        if (failure.Message.Contains("pending", StringComparison.OrdinalIgnoreCase)
            && failure.Message.Contains("delet", StringComparison.OrdinalIgnoreCase))
        {
            return New(
                call,
                EnvelopeError.KekPendingDeletion,
                "the key is scheduled for deletion; until then its administrator can cancel that",
                Said(failure));
        }
        return failure.Message.Contains("disabled", StringComparison.OrdinalIgnoreCase)
            ? New(call, EnvelopeError.KekDisabled, "the key is disabled; its administrator can enable it again", Said(failure))
            : New(call, EnvelopeError.KekUnsuitable, "the key's state does not allow it", Said(failure));
    }

    private static EnvelopeException New(AwsCall call, EnvelopeError error, string what, string reason) =>
        new(error, $"{call.Name}: {what}.{(reason.Length == 0 ? "" : $" It says: {reason.TrimEnd('.')}.")}");

    private static T? Find<T>(Exception failure)
        where T : Exception
    {
        for (Exception? cause = failure; cause is not null; cause = cause.InnerException)
        {
            if (cause is T found)
                return found;
        }
        return null;
    }

    private static Exception Innermost(Exception failure) => failure.InnerException is { } inner ? Innermost(inner) : failure;

    [GeneratedRegex("is not authorized to perform: (?<name>[a-z0-9-]{1,32}:[A-Za-z]{1,64})(?![A-Za-z])", RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex Permission();
}
