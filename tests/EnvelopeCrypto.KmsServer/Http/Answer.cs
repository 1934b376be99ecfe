using System.Text;
using Microsoft.AspNetCore.Http;

namespace EnvelopeCrypto.KmsServer.Http;

/// <summary>Writes answers.</summary>
internal static class Answer
{
    public static Task JsonAsync(HttpContext http, int status, string json) => WriteAsync(http, status, "application/x-amz-json-1.1", json);

    public static async Task WriteAsync(HttpContext http, int status, string type, string text)
    {
        var bytes = Start(http, status, type, text);
        await http.Response.Body.WriteAsync(bytes, http.RequestAborted);
    }

    /// <summary>Promises the whole answer, sends half and closes the connection.</summary>
    public static async Task CutOffAsync(HttpContext http, string json)
    {
        var bytes = Start(http, 200, "application/x-amz-json-1.1", json);
        await http.Response.Body.WriteAsync(bytes.AsMemory(0, bytes.Length / 2), http.RequestAborted);
        await http.Response.Body.FlushAsync(http.RequestAborted);
        http.Abort();
    }

    private static byte[] Start(HttpContext http, int status, string type, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        http.Response.StatusCode = status;
        http.Response.ContentType = type;
        http.Response.ContentLength = bytes.Length;
        http.Response.Headers["x-amzn-RequestId"] = Guid.NewGuid().ToString("D");
        return bytes;
    }
}
