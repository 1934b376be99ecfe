using System.Text;
using System.Text.Json.Nodes;
using EnvelopeCrypto.KmsServer.Faults;
using Microsoft.AspNetCore.Http;

namespace EnvelopeCrypto.KmsServer.Http;

/// <summary>What every call goes through, of whichever service: the log, the caller, a planned fault, the operation, the answer.</summary>
internal sealed class CallPipeline(FaultPlan faults, CallLog calls)
{
    /// <param name="http">The request.</param>
    /// <param name="operation">Its operation.</param>
    /// <param name="format">How to write the answer.</param>
    /// <param name="begin">Authenticates, and gives what is left to do.</param>
    public async Task AnswerAsync(HttpContext http, string operation, IWireFormat format, Func<CallRecord, Func<JsonObject>> begin)
    {
        var record = new CallRecord { Operation = operation };
        calls.Add(record);
        try
        {
            var work = begin(record);
            var fault = faults.Take(operation);
            if (fault is not null)
                await fault.BeforeAsync(http.RequestAborted);
            var answer = work();
            fault?.Change(answer);
            if (fault?.CutOff ?? false)
                record.Error = "CutOff";
            await WriteAsync(http, format, format.Success(operation, answer), cutOff: fault?.CutOff ?? false);
        }
        catch (KmsFailure failure)
        {
            record.Error = failure.Type;
            await WriteAsync(http, format, format.Failure(http.Response, failure), cutOff: false);
        }
        catch (OperationCanceledException)
        {
            record.Error = "Abandoned";
        }
    }

    // An answer that is cut off promises all of itself, then ends in the middle, and the connection with it.
    private static async Task WriteAsync(HttpContext http, IWireFormat format, string text, bool cutOff)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        http.Response.ContentType = format.ContentType;
        http.Response.ContentLength = bytes.Length;
        http.Response.Headers["x-amzn-RequestId"] = Guid.NewGuid().ToString("D");
        await http.Response.Body.WriteAsync(cutOff ? bytes.AsMemory(0, bytes.Length / 2) : bytes, http.RequestAborted);
        if (!cutOff)
            return;
        await http.Response.Body.FlushAsync(http.RequestAborted);
        http.Abort();
    }
}
