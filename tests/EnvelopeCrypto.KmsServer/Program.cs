using System.Text.Json;
using EnvelopeCrypto.KmsServer;

// EnvelopeCrypto.KmsServer [--port N] [--delay-ms N]
// Its first line of output is JSON: the endpoint, and the credentials of a caller that may do everything. It ends
// with its input, or by SIGTERM.
var port = 0;
var delay = 0;
for (var i = 0; i < args.Length; i += 2)
{
    if (i + 1 == args.Length || !int.TryParse(args[i + 1], out var number) || number < 0 || args[i] is not ("--port" or "--delay-ms"))
    {
        await Console.Error.WriteLineAsync("Usage: EnvelopeCrypto.KmsServer [--port N] [--delay-ms N]");
        return 2;
    }
    if (args[i] == "--port")
        port = number;
    else
        delay = number;
}

await using var server = await AwsServer.StartAsync(port);
server.Latency = TimeSpan.FromMilliseconds(delay);
Console.WriteLine(JsonSerializer.Serialize(new
{
    endpoint = server.Address,
    account = server.Root.Account,
    accessKeyId = server.Root.AccessKeyId,
    secretAccessKey = server.Root.SecretAccessKey,
}));
// The console reads without waiting for anything else, so it has a thread of its own.
await Task.WhenAny(Task.Run(() => Console.In.ReadToEnd()), server.WaitForShutdownAsync());
return 0;
