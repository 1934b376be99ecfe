using EnvelopeCrypto.KmsServer;

await using var server = await AwsServer.StartAsync();
Console.WriteLine(server.Address);
await Console.In.ReadToEndAsync();
