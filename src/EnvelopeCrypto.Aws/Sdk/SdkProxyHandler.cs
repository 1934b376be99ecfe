using System.Net.Http;

namespace EnvelopeCrypto.Aws.Sdk;

/// <summary>
/// Sends what goes over plain http straight to its address: a proxy, named by a variable for other purposes, would read data keys and
/// credentials. Over https a proxy sees neither.
/// </summary>
internal sealed class SdkProxyHandler : HttpMessageHandler
{
    private readonly HttpMessageInvoker _straight;
    private readonly HttpMessageInvoker _byProxy;

    /// <param name="make">Makes a handler, whose proxy is then decided here.</param>
    public SdkProxyHandler(Func<SocketsHttpHandler> make)
    {
        var straight = make();
        straight.UseProxy = false;
        _straight = new HttpMessageInvoker(straight);
        _byProxy = new HttpMessageInvoker(make());
    }

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        (request.RequestUri?.Scheme == Uri.UriSchemeHttps ? _byProxy : _straight).SendAsync(request, cancellationToken);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _straight.Dispose();
            _byProxy.Dispose();
        }
        base.Dispose(disposing);
    }
}
