using System.Text.Json;
using EnvelopeCrypto.KmsServer.Faults;
using Microsoft.AspNetCore.Http;

namespace EnvelopeCrypto.KmsServer.Http;

/// <summary>
/// For whoever started the server as a process: GET /_calls tells how often each operation was called, POST /_reset forgets it.
/// </summary>
internal sealed class ControlEndpoint(FaultPlan faults, CallLog calls)
{
    public static bool IsFor(HttpRequest http) => http.Path == "/_calls" || http.Path == "/_reset";

    public Task AnswerAsync(HttpContext http)
    {
        if (http.Request.Path == "/_calls" && HttpMethods.IsGet(http.Request.Method))
        {
            var text = JsonSerializer.Serialize(new { total = calls.Total, openEnded = calls.OpenEnded, operations = calls.Counts() });
            http.Response.ContentType = "application/json";
            return http.Response.WriteAsync(text, http.RequestAborted);
        }
        if (http.Request.Path == "/_reset" && HttpMethods.IsPost(http.Request.Method))
        {
            calls.Clear();
            faults.Clear();
            http.Response.StatusCode = StatusCodes.Status204NoContent;
        }
        else
        {
            http.Response.StatusCode = StatusCodes.Status405MethodNotAllowed;
        }
        return Task.CompletedTask;
    }
}
