using System.Globalization;
using System.Net;
using EnvelopeCrypto.KmsServer.Callers;
using EnvelopeCrypto.KmsServer.Faults;
using EnvelopeCrypto.KmsServer.Http;
using EnvelopeCrypto.KmsServer.Keys;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace EnvelopeCrypto.KmsServer;

/// <summary>
/// KMS, and as much of STS and IAM Identity Center as credentials need, on a loopback port. One server stands for every Region (the
/// request's signature names it) and every account (the access key does). It keeps nothing when it ends.
/// </summary>
public sealed class AwsServer : IAsyncDisposable
{
    /// <summary>The account of <see cref="Root"/>.</summary>
    public const string DefaultAccount = "111122223333";

    private const int MaxBody = 1 << 20;

    private static readonly TimeSpan ShutdownTime = TimeSpan.FromSeconds(1);

    private readonly WebApplication _host;
    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly KeyStore _store;
    private readonly KmsEndpoint _kms;
    private readonly StsEndpoint _sts;
    private readonly SignInEndpoint _signIn;
    private readonly ControlEndpoint _control;

    private AwsServer(WebApplication host)
    {
        _host = host;
        Callers = new CallerDirectory(Clock);
        Root = Callers.AddUser("tests", DefaultAccount, PolicyDocument.AllowAll);
        _store = new KeyStore(Clock);
        var authentication = new Authentication(Callers, Clock);
        var pipeline = new CallPipeline(Faults, Calls);
        _kms = new KmsEndpoint(_store, _gate, authentication, pipeline);
        _sts = new StsEndpoint(Callers, authentication, pipeline);
        _signIn = new SignInEndpoint(Callers, pipeline);
        _control = new ControlEndpoint(Faults, Calls);
    }

    /// <summary>Where it listens: <c>http://127.0.0.1:PORT</c>.</summary>
    public string Address => _host.Urls.First();

    /// <summary>A caller that may do everything in <see cref="DefaultAccount"/>.</summary>
    public Caller Root { get; }

    /// <summary>Who there is.</summary>
    public CallerDirectory Callers { get; }

    /// <summary>What is to go wrong.</summary>
    public FaultPlan Faults { get; } = new();

    /// <summary>What was asked.</summary>
    public CallLog Calls { get; } = new();

    /// <summary>Its time.</summary>
    public ServerClock Clock { get; } = new();

    /// <summary>How long every answer takes at least.</summary>
    public TimeSpan Latency { get; set; }

    /// <summary>Starts one.</summary>
    /// <param name="port">0 takes a free one.</param>
    public static async Task<AwsServer> StartAsync(int port = 0)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(options => options.Listen(IPAddress.Loopback, port));
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = ShutdownTime);
        var host = builder.Build();
        var server = new AwsServer(host);
        host.Run(server.AnswerAsync);
        await host.StartAsync();
        return server;
    }

    /// <summary>Makes a key without a call, and gives its ARN.</summary>
    /// <param name="region">Such as <c>eu-central-1</c>.</param>
    /// <param name="account">12 digits.</param>
    /// <param name="spec">SYMMETRIC_DEFAULT, RSA_2048, RSA_3072, RSA_4096 or ECC_NIST_P256.</param>
    /// <param name="usage">ENCRYPT_DECRYPT or SIGN_VERIFY.</param>
    /// <param name="multiRegion">Whether it can be replicated.</param>
    /// <param name="id">Its id; a new one when missing.</param>
    /// <param name="policy">Its key policy; the default one when missing.</param>
    public string AddKey(
        string region,
        string account = DefaultAccount,
        string spec = "SYMMETRIC_DEFAULT",
        string usage = "ENCRYPT_DECRYPT",
        bool multiRegion = false,
        string? id = null,
        PolicyDocument? policy = null)
    {
        var key = new KmsKey
        {
            Arn = new KmsArn(region, account, "key/" + (id ?? KeyStore.NewId(multiRegion))),
            Material = new KeyMaterial(spec, _store.Now),
            Spec = spec,
            Usage = usage,
            Created = _store.Now,
            MultiRegion = multiRegion,
            Policy = policy,
        };
        _gate.Wait();
        try
        {
            _store.Add(key);
        }
        finally
        {
            _gate.Release();
        }
        return key.Arn.ToString();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        _gate.Dispose();
    }

    /// <summary>Ends when the process is asked to, by SIGTERM or Ctrl+C.</summary>
    public Task WaitForShutdownAsync() => _host.WaitForShutdownAsync();

    private async Task AnswerAsync(HttpContext http)
    {
        if (ControlEndpoint.IsFor(http.Request))
        {
            await _control.AnswerAsync(http);
            return;
        }
        if (await ReadBodyAsync(http) is not { } body)
            return;
        if (Clock.ShowsSkew)
            http.Response.Headers.Date = Clock.SignatureNow.ToString("R", CultureInfo.InvariantCulture);
        if (Latency > TimeSpan.Zero)
            await Task.Delay(Latency, http.RequestAborted);
        if (KmsEndpoint.IsFor(http.Request))
            await _kms.AnswerAsync(http, body);
        else if (SignInEndpoint.IsFor(http.Request))
            await _signIn.AnswerAsync(http, body);
        else if (StsEndpoint.IsFor(http.Request))
            await _sts.AnswerAsync(http, body);
        else
            http.Response.StatusCode = StatusCodes.Status404NotFound;
    }

    private static async Task<byte[]?> ReadBodyAsync(HttpContext http)
    {
        if (http.Request.ContentLength > MaxBody)
        {
            http.Response.StatusCode = StatusCodes.Status413PayloadTooLarge;
            return null;
        }
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body, http.RequestAborted);
        return body.ToArray();
    }
}
