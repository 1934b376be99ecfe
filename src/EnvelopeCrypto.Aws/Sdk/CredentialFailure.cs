using System.Globalization;
using Amazon.Runtime;

namespace EnvelopeCrypto.Aws.Sdk;

/// <summary>Why there are no credentials, in words that say what to do.</summary>
internal static class CredentialFailure
{
    private const string WaysOut = "Name a profile, set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or run where a role is attached.";

    /// <summary>The profile that was named is not there, or is none to sign in with.</summary>
    public static EnvelopeException NoProfile(string name) => Missing(
        $"the profile '{name}' is not in the shared configuration of AWS, or has no credentials; aws configure list-profiles shows which there are.");

    /// <summary>The container's credentials were asked for, and did not come.</summary>
    public static EnvelopeException Container(Uri address, string why) =>
        Missing($"the credentials of the container, at {address.GetLeftPart(UriPartial.Authority)}, cannot be had: {why}.");

    /// <summary>The container's address is none that credentials may come from.</summary>
    public static EnvelopeException NoContainer(string variable) =>
        Missing($"{variable} names no address for credentials: https, or http on this machine or of a container's host.");

    /// <param name="failure">What went wrong.</param>
    /// <param name="profile">The profile that was used.</param>
    /// <param name="missing">The profile that AWS_PROFILE names and that is not there, or has no credentials.</param>
    /// <param name="limit">How long the search could take.</param>
    public static EnvelopeException From(Exception failure, string? profile, string? missing, TimeSpan limit)
    {
        if (failure is EnvelopeException known)
            return known;
        var whose = profile is null ? "" : $" of the profile '{profile}'";
        var hint = missing is null
            ? ""
            : $" The profile '{missing}', which AWS_PROFILE names, is not in the shared configuration of AWS, or has no credentials.";
        if (failure is TimeoutException)
        {
            var seconds = limit.TotalSeconds.ToString("0.#", CultureInfo.InvariantCulture);
            return Missing($"credentials{whose} for AWS were not found within {seconds} s.{hint} {WaysOut}");
        }
        // A role or an SSO sign-in is a call to a service, and fails as one does.
        if (AwsFailure.FindService(failure) is { } service && service.ErrorCode is { Length: > 0 })
            return new AwsCall("STS", "credentials", Key: null, Region: null, profile).Failure(service);
        if (AwsFailure.IsUnusable(failure) || AwsFailure.IsUnreachable(failure) || (profile is not null && AwsFailure.IsTimeout(failure)))
            return new AwsCall("STS", "credentials", Key: null, Region: null, profile).Failure(failure);
        if (IsSignIn(failure))
        {
            return new EnvelopeException(
                EnvelopeError.CredentialsExpired,
                $"no one is signed in{whose} by SSO, or the sign-in has expired; aws sso login{(profile is null ? "" : $" --profile {profile}")} signs in.");
        }
        return profile is null
            ? Missing($"no credentials for AWS were found.{hint} {WaysOut}")
            : Missing($"the credentials{whose} cannot be had: {AwsFailure.Said(failure)}");
    }

    // The SDK has no type for it.
    private static bool IsSignIn(Exception failure) =>
        failure is AmazonClientException && failure.Message.Contains("SSO", StringComparison.Ordinal)
            && failure.Message.Contains("oken", StringComparison.Ordinal);

    private static EnvelopeException Missing(string reason) => new(EnvelopeError.CredentialsMissing, reason);
}
