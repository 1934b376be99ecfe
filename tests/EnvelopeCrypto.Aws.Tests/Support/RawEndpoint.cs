using System.Net;
using System.Net.Sockets;
using System.Text;

namespace EnvelopeCrypto.Aws.Tests.Support;

/// <summary>Whoever may listen at an endpoint: it reads a request's head and does as a test says.</summary>
internal sealed class RawEndpoint : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _ends = new();
    private readonly Func<string, Stream, CancellationToken, Task> _answer;
    private readonly Task _listening;
    private int _requests;

    public RawEndpoint(Func<Stream, CancellationToken, Task> answer)
        : this((_, stream, stop) => answer(stream, stop))
    {
    }

    /// <param name="answer">Given the first bytes of a request, its head among them.</param>
    public RawEndpoint(Func<string, Stream, CancellationToken, Task> answer)
    {
        _answer = answer;
        _listener.Start();
        _listening = ListenAsync();
    }

    public string Address => $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

    public int Requests => Volatile.Read(ref _requests);

    public static RawEndpoint Of(string answer) => new((stream, stop) => stream.WriteAsync(Encoding.ASCII.GetBytes(answer), stop).AsTask());

    public async ValueTask DisposeAsync()
    {
        await _ends.CancelAsync();
        await _listening; // which can have taken a client just now, and asks the listener for another
        _listener.Stop();
        _ends.Dispose();
    }

    private async Task ListenAsync()
    {
        var answering = new List<Task>();
        try
        {
            while (true)
                answering.Add(AnswerAsync(await _listener.AcceptTcpClientAsync(_ends.Token)));
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(answering);
        }
    }

    private async Task AnswerAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                var stream = client.GetStream();
                var head = new byte[64 * 1024];
                var read = await stream.ReadAsync(head, _ends.Token);
                if (read == 0)
                    return;
                Interlocked.Increment(ref _requests);
                await _answer(Encoding.ASCII.GetString(head, 0, read), stream, _ends.Token);
                client.Client.Shutdown(SocketShutdown.Send);
                // A close before the client has read all could take the answer back.
                while (await stream.ReadAsync(new byte[64 * 1024], _ends.Token) > 0)
                {
                    // The rest of the request, if it has any.
                }
            }
            catch (Exception gone) when (gone is IOException or SocketException or OperationCanceledException)
            {
                // The client hung up, or the test is over.
            }
        }
    }
}
