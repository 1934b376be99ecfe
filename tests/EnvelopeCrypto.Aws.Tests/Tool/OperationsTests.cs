using EnvelopeCrypto.Tests.Cli;

namespace EnvelopeCrypto.Aws.Tests.Tool;

/// <summary>The commands of docs/operations.md that need AWS KMS, as they stand there.</summary>
public sealed class OperationsTests : KmsToolBench
{
    [Fact]
    public void Every_command_runs_as_it_stands()
    {
        foreach (var alias in new[] { "alias/backup", "alias/backup-2027" })
            Assert.Equal(0, Run("kek", "new", alias, "-q").ExitCode);
        (string, string)[] variables = [("AWS_ENDPOINT_URL", Server.Address), ("AWS_REGION", Region), .. Keys(Server.Root)];
        Assert.InRange(new OperationsDocument(Bench).Run(withKms: true, variables), 2, 20);
    }
}
