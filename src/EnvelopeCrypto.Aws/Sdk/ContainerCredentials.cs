using System.Globalization;
using System.Net.Http;
using System.Text.Json;
using Amazon.Runtime;

namespace EnvelopeCrypto.Aws.Sdk;

/// <summary>
/// The credentials of a container (Amazon ECS and EKS, or an agent on this machine). The SDK's own class for it asks by the proxy of the
/// environment, over plain http. The variables are those of every tool of AWS:
/// https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html.
/// </summary>
internal sealed class ContainerCredentials : RefreshingAWSCredentials
{
    private const int Attempts = 3;
    private const string RelativeUri = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI";
    private const string FullUri = "AWS_CONTAINER_CREDENTIALS_FULL_URI";

    // Of ECS and of EKS; over http, credentials come from these or from this machine alone.
    private static readonly string[] Hosts = ["169.254.170.2", "169.254.170.23", "[fd00:ec2::23]"];
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private readonly Uri _address = Address();

    public ContainerCredentials() => PreemptExpiryTime = TimeSpan.FromMinutes(15);

    /// <summary>The same credentials, with those of a container asked for by no proxy.</summary>
    public static AWSCredentials InsteadOf(AWSCredentials found) => found switch
    {
        GenericContainerCredentials => new ContainerCredentials(),
        AssumeRoleAWSCredentials role when InsteadOf(role.SourceCredentials) is var source && source != role.SourceCredentials =>
            new AssumeRoleAWSCredentials(source, role.RoleArn, role.RoleSessionName, role.Options),
        _ => found,
    };

    protected override CredentialsRefreshState GenerateNewCredentials() =>
        Task.Run(GenerateNewCredentialsAsync).GetAwaiter().GetResult();

    protected override async Task<CredentialsRefreshState> GenerateNewCredentialsAsync()
    {
        using var http = SdkHttpClients.ForCredentials(SdkLimits.Default.Attempt);
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await AskAsync(http);
            }
            catch (HttpRequestException failure)
            {
                if (attempt == Attempts)
                    throw CredentialFailure.Container(_address, failure.StatusCode is { } status ? $"HTTP {(int)status}" : "no answer");
                await Task.Delay(Pause);
            }
        }
    }

    private async Task<CredentialsRefreshState> AskAsync(HttpClient http)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, _address);
        if (await AuthorizationAsync() is { } authorization && !request.Headers.TryAddWithoutValidation("Authorization", authorization))
            throw CredentialFailure.Container(_address, "the authorization token is none");
        using var answer = await http.SendAsync(request);
        answer.EnsureSuccessStatusCode();
        try
        {
            using var json = JsonDocument.Parse(await answer.Content.ReadAsByteArrayAsync());
            var keys = new ImmutableCredentials(Text(json, "AccessKeyId"), Text(json, "SecretAccessKey"), Text(json, "Token"));
            return new CredentialsRefreshState(
                keys, DateTime.Parse(Text(json, "Expiration"), CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal));
        }
        catch (Exception unreadable) when (unreadable is JsonException or KeyNotFoundException or FormatException
            or InvalidOperationException or ArgumentException)
        {
            // Without its cause, which could quote the answer.
            throw CredentialFailure.Container(_address, "its answer holds none");
        }
    }

    private static string Text(JsonDocument json, string name) => json.RootElement.GetProperty(name).GetString() ?? "";

    // The file goes before the variable, and is read each time: its token is renewed.
    private static async Task<string?> AuthorizationAsync() =>
        SdkEnvironment.Variable("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE") is { } file
            ? (await File.ReadAllTextAsync(file)).Trim()
            : SdkEnvironment.Variable("AWS_CONTAINER_AUTHORIZATION_TOKEN");

    private static Uri Address()
    {
        var text = SdkEnvironment.Variable(RelativeUri) is { } relative
            ? "http://" + Hosts[0] + (relative.StartsWith('/') ? "" : "/") + relative
            : SdkEnvironment.Variable(FullUri);
        if (Uri.TryCreate(text, UriKind.Absolute, out var address)
            && (address.Scheme == Uri.UriSchemeHttps
                || (address.Scheme == Uri.UriSchemeHttp && (address.IsLoopback || Hosts.Contains(address.Host)))))
        {
            return address;
        }
        throw CredentialFailure.NoContainer(FullUri);
    }
}
