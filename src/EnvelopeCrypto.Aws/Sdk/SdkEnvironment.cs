namespace EnvelopeCrypto.Aws.Sdk;

/// <summary>The environment variables that every tool of AWS knows, as far as the SDK does not read them as it should.</summary>
internal static class SdkEnvironment
{
    /// <summary>The profile that is used when none is named.</summary>
    public static string ProfileName => Variable("AWS_PROFILE") ?? "default";

    /// <summary>What AWS_PROFILE names; null when it names none, or when credentials in the environment go before it.</summary>
    public static string? NamedProfile => HasCredentials ? null : Variable("AWS_PROFILE");

    /// <summary>
    /// Whether credentials stand in the environment, or a token for them does: they go before a profile that is not named.
    /// </summary>
    public static bool HasCredentials =>
        (Variable("AWS_ACCESS_KEY_ID") is not null && Variable("AWS_SECRET_ACCESS_KEY") is not null)
        || (Variable("AWS_WEB_IDENTITY_TOKEN_FILE") is not null && Variable("AWS_ROLE_ARN") is not null);

    public static bool HasMetadataService =>
        !string.Equals(Variable("AWS_EC2_METADATA_DISABLED"), "true", StringComparison.OrdinalIgnoreCase);

    public static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
