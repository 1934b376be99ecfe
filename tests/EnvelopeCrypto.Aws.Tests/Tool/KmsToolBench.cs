using EnvelopeCrypto.Aws.Tests.Support;
using EnvelopeCrypto.KmsServer;
using EnvelopeCrypto.KmsServer.Callers;
using EnvelopeCrypto.Tests.Cli;

namespace EnvelopeCrypto.Aws.Tests.Tool;

/// <summary>The tool as a process of its own, with nothing of AWS in its environment but what a test gives it.</summary>
public abstract class KmsToolBench : IAsyncLifetime
{
    internal const string Region = KmsBench.Here;

    internal AwsServer Server { get; private set; } = null!;

    internal ToolBench Bench { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Server = await AwsServer.StartAsync();
        Bench = new ToolBench();
        Bench.Write("a", "hello");
    }

    public async ValueTask DisposeAsync()
    {
        Bench.Dispose();
        await Server.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>Runs the tool as the server's root caller.</summary>
    internal ToolRun Run(params string[] arguments) => RunWith(Keys(Server.Root), arguments);

    /// <summary>A variable that is empty is not there, where one is by default.</summary>
    internal ToolRun RunWith((string Name, string Value)[] variables, params string[] arguments)
    {
        (string Name, string Value)[] usual = [("AWS_ENDPOINT_URL", Server.Address), ("AWS_REGION", Region)];
        var all = usual.Where(one => !Array.Exists(variables, other => other.Name == one.Name)).Concat(variables)
            .Where(one => one.Value.Length > 0);
        return Bench.RunWith([], [.. all], arguments);
    }

    internal static (string Name, string Value)[] Keys(Caller caller) => caller.SessionToken is { } token
        ? [("AWS_ACCESS_KEY_ID", caller.AccessKeyId), ("AWS_SECRET_ACCESS_KEY", caller.SecretAccessKey), ("AWS_SESSION_TOKEN", token)]
        : [("AWS_ACCESS_KEY_ID", caller.AccessKeyId), ("AWS_SECRET_ACCESS_KEY", caller.SecretAccessKey)];

    /// <summary>Writes the shared configuration and gives the variable that names it.</summary>
    internal (string Name, string Value) Configuration(string text)
    {
        Bench.Write("aws-config", text);
        return ("AWS_CONFIG_FILE", Bench["aws-config"]);
    }
}
