using System.Net.Http;
using System.Security.Cryptography;

namespace EnvelopeCrypto.Aws.Sdk;

/// <summary>
/// Takes each answer whole, within the limits of time and size, before the SDK sees it: an endpoint can be anyone's. The time limit is
/// the HTTP client's, whose clock stops only when this handler is done.
/// </summary>
internal sealed class SdkAnswerHandler(HttpMessageHandler inner) : DelegatingHandler(inner)
{
    // No answer of KMS, STS or a sign-in comes near it.
    private const int MaxLength = 1024 * 1024;
    private const int FirstLength = 16 * 1024;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var answer = await base.SendAsync(request, cancellationToken);
        try
        {
            if ((int)answer.StatusCode is >= 300 and < 400)
            {
                throw new UnusableAnswerException(
                    $"the endpoint answered HTTP {(int)answer.StatusCode}, and redirects are not followed; name the right endpoint");
            }
            var content = await TakeAsync(answer.Content, cancellationToken);
            answer.Content.Dispose();
            answer.Content = content;
            return answer;
        }
        catch
        {
            answer.Dispose();
            throw;
        }
    }

    // It would go past the limits; the SDK asks in the other way only.
    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    private static async Task<HttpContent> TakeAsync(HttpContent content, CancellationToken cancellationToken)
    {
        if (content.Headers.ContentLength > MaxLength)
            throw TooLong();
        await using var stream = await content.ReadAsStreamAsync(cancellationToken);
        var bytes = new byte[FirstLength];
        var length = 0;
        while (await ReadAsync(stream, bytes.AsMemory(length), cancellationToken) is > 0 and var read)
        {
            length += read;
            if (length > MaxLength)
                throw TooLong();
            if (length == bytes.Length)
                bytes = Grown(bytes);
        }
        var taken = new ByteArrayContent(bytes, 0, length);
        foreach (var header in content.Headers.NonValidated)
        {
            if (!header.Key.Equals("Content-Length", StringComparison.OrdinalIgnoreCase))
                taken.Headers.TryAddWithoutValidation(header.Key, header.Value);
        }
        return taken;
    }

    // Else it would look like an endpoint that cannot be reached.
    private static async Task<int> ReadAsync(Stream stream, Memory<byte> bytes, CancellationToken cancellationToken)
    {
        try
        {
            return await stream.ReadAsync(bytes, cancellationToken);
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException)
        {
            throw new AnswerCutOffException(failure);
        }
    }

    // A data key may stand in what has come so far.
    private static byte[] Grown(byte[] bytes)
    {
        var grown = new byte[bytes.Length * 2];
        bytes.CopyTo(grown, 0);
        CryptographicOperations.ZeroMemory(bytes);
        return grown;
    }

    private static UnusableAnswerException TooLong() => new($"the answer is longer than {MaxLength / 1024} KiB");
}
