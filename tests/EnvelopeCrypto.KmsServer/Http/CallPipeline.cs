using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using EnvelopeCrypto.KmsServer.Faults;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace EnvelopeCrypto.KmsServer.Http;

/// <summary>What every call goes through, of whichever service: the log, the caller, a planned fault, the operation, the answer.</summary>
internal sealed class CallPipeline(FaultPlan faults, CallLog calls)
{
    private static readonly TimeSpan HangUpTime = TimeSpan.FromSeconds(5);

    /// <param name="http">The request.</param>
    /// <param name="operation">Its operation.</param>
    /// <param name="format">How to write the answer.</param>
    /// <param name="begin">Authenticates, and gives what is left to do.</param>
    public async Task AnswerAsync(HttpContext http, string operation, IWireFormat format, Func<CallRecord, Func<Task<JsonObject>>> begin)
    {
        var record = new CallRecord { Operation = operation };
        calls.Add(record);
        try
        {
            var work = begin(record);
            var fault = faults.Take(operation);
            if (fault is not null)
                await fault.BeforeAsync(http.RequestAborted);
            var answer = await work();
            fault?.Change(answer);
            var text = format.Success(operation, answer);
            if (fault?.CutOff ?? false)
            {
                record.Error = "CutOff";
                await CutOffAsync(http, format, text);
                return;
            }
            await WriteAsync(http, format, text);
        }
        catch (KmsFailure failure)
        {
            record.Error = failure.Type;
            await WriteAsync(http, format, format.Failure(http.Response, failure));
        }
        catch (OperationCanceledException)
        {
            record.Error ??= "Abandoned";
        }
    }

    private static async Task WriteAsync(HttpContext http, IWireFormat format, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        http.Response.ContentType = format.ContentType;
        http.Response.ContentLength = bytes.Length;
        http.Response.Headers["x-amzn-RequestId"] = Guid.NewGuid().ToString("D");
        await http.Response.Body.WriteAsync(bytes, http.RequestAborted);
    }

    // Promises the whole answer, sends half and ends the connection. It goes past Kestrel, whose abort resets the connection, so that
    // the client would see none of it; and waits for the client to hang up, since a close before that could reset it too.
    private static async Task CutOffAsync(HttpContext http, IWireFormat format, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var head = Encoding.ASCII.GetBytes(
            $"HTTP/1.1 200 OK\r\nContent-Type: {format.ContentType}\r\nContent-Length: {bytes.Length}\r\n\r\n");
        var socket = http.Features.GetRequiredFeature<IConnectionSocketFeature>().Socket;
        byte[] half = [.. head, .. bytes[..(bytes.Length / 2)]];
        await socket.SendAsync(half.AsMemory(), SocketFlags.None, http.RequestAborted);
        socket.Shutdown(SocketShutdown.Send);
        await Task.Delay(HangUpTime, http.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        http.Abort();
    }
}
