using Amazon.Runtime;
using EnvelopeCrypto.Aws.Sdk;
using EnvelopeCrypto.Files;
using EnvelopeCrypto.Format;
using EnvelopeCrypto.Keys;
using EnvelopeCrypto.Keys.Local;
using EnvelopeCrypto.KmsServer.Callers;
using EnvelopeCrypto.Tests.Support;

namespace EnvelopeCrypto.Aws.Tests.Support;

/// <summary>The engine's operations with the adapter over real HTTP, and a keyring and a folder of the test's own.</summary>
public abstract class KmsBench : IAsyncLifetime
{
    internal const string Here = "eu-central-1";
    internal const string There = "eu-west-1";

    // A test of a server that hangs has limits of its own.
    internal static readonly SdkLimits Limits = SdkLimits.Default with
    {
        Attempt = Patience.Limit,
        Connect = Patience.Limit,
    };

    private readonly TempFolder _folder = new();
    private readonly KekPassphrases _passphrases = new();
    private readonly List<IDisposable> _sessions = [];

    internal KmsUnderTest Service { get; private set; } = null!;

    internal static EncryptionContext Context { get; } = EncryptionContext.Create([new("purpose", "backup"), new("host", "db1")]);

    public async ValueTask InitializeAsync()
    {
        Service = await KmsUnderTest.StartAsync();
        using var keyring = new LocalKeyring(KeyringLocation.Resolve(_folder["keyring"]), _passphrases);
        keyring.Create("offline", KekProtection.Unprotected);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var session in _sessions)
            session.Dispose();
        _passphrases.Dispose();
        _folder.Dispose();
        await Service.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    internal string PathOf(string name) => _folder[name];

    /// <summary>A session of one run, in which any KEK may open files unless some are named.</summary>
    internal KekSession Session(Caller? caller = null, string? region = Here, string[]? allowed = null, SdkLimits? limits = null)
    {
        var session = new KekSessionOptions
        {
            Passphrases = _passphrases,
            Notices = new NoNotices(),
            Keyring = () => Kept(new LocalKeyring(KeyringLocation.Resolve(_folder["keyring"]), _passphrases)),
            KeyService = () => Provider(caller, region, limits),
            AllowedKeks = allowed ?? ["arn:aws*", "local:*"],
        }.Open();
        return Kept(session);
    }

    internal AwsKmsKekProvider Provider(Caller? caller = null, string? region = Here, SdkLimits? limits = null) =>
        new(Services(caller, region, limits), TimeProvider.System);

    internal SdkServices Services(Caller? caller = null, string? region = Here, SdkLimits? limits = null) => new(
        new AwsKmsConnection { Region = region, EndpointUrl = Service.Endpoint },
        limits ?? Limits,
        caller is null ? Service.Credentials
            : caller.SessionToken is { } token ? new SessionAWSCredentials(caller.AccessKeyId, caller.SecretAccessKey, token)
            : new BasicAWSCredentials(caller.AccessKeyId, caller.SecretAccessKey));

    internal string Write(string name = "a", string text = "hello") => _folder.Write(name, System.Text.Encoding.UTF8.GetBytes(text));

    /// <summary>Protects a file, and gives the envelope's path.</summary>
    internal async Task<string> ProtectAsync(KekSession session, string[] keks, EncryptionContext? context = null, string name = "a")
    {
        var path = Write(name);
        var operation = new ProtectOperation(
            session, new ProtectOptions { Keks = [.. keks.Select(KekReference.Parse)], Context = context ?? Context, Force = true });
        var result = await operation.ProtectFileAsync(path, path + ".evc", progress: null, CancellationToken.None);
        Assert.Equal(FileOutcome.Protected, result.Status);
        return path + ".evc";
    }

    /// <summary>Unprotects an envelope, compares what comes out, and gives the KEK that opened it.</summary>
    internal async Task<string> OpenAsync(KekSession session, string envelope, CancellationToken cancellationToken = default)
    {
        var output = envelope + ".out";
        var result = await new UnprotectOperation(session, new UnprotectOptions { Force = true }).UnprotectFileAsync(
            envelope, output, progress: null, cancellationToken);
        Assert.Equal("hello", await File.ReadAllTextAsync(output, CancellationToken.None));
        return result.OpenedBy!;
    }

    internal static Task<FileResult> RewrapAsync(KekSession session, string envelope, params string[] newKeks) =>
        new RewrapOperation(session, new RewrapOptions { NewKeks = [.. newKeks.Select(KekReference.Parse)] })
            .RewrapFileAsync(envelope, CancellationToken.None);

    internal static async Task<IReadOnlyList<Recipient>> RecipientsAsync(string envelope) =>
        (await InspectOperation.InspectFileAsync(envelope, CancellationToken.None)).Recipients;

    /// <summary>Requires that something fails with this id and no other.</summary>
    internal static async Task<EnvelopeException> RefusedAsync(EnvelopeError error, Func<Task> action)
    {
        var failure = await Assert.ThrowsAsync<EnvelopeException>(action);
        Assert.True(failure.Error == error, $"It failed with {failure.Error} instead: {failure.Message}");
        Assert.Null(FindForeign(failure));
        return failure;
    }

    private T Kept<T>(T disposable)
        where T : IDisposable
    {
        _sessions.Insert(0, disposable);
        return disposable;
    }

    // An exception of the SDK can quote an answer or a signed request.
    private static Exception? FindForeign(Exception failure)
    {
        for (var cause = failure.InnerException; cause is not null; cause = cause.InnerException)
        {
            if (cause is not EnvelopeException)
                return cause;
        }
        return null;
    }

    private sealed class NoNotices : INotices
    {
        public void Information(string message)
        {
            // Nobody listens.
        }

        public void Warning(string message)
        {
            // Nobody listens.
        }
    }
}
