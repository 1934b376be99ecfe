using System.CommandLine;

namespace EnvelopeCrypto.Cli;

/// <summary>The commands, and what becomes of whatever they throw.</summary>
internal static class Tool
{
    public static async Task<int> RunAsync(string[] args, CancellationToken stop)
    {
        try
        {
            var parsed = Root(stop).Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
            if (parsed.Errors.Count > 0)
                return Usage(string.Join(" ", parsed.Errors.Select(error => error.Message)));
            return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null }, CancellationToken.None);
        }
        catch (UsageException wrong)
        {
            return Usage(wrong.Message);
        }
        catch (EnvelopeException failure)
        {
            await Console.Error.WriteLineAsync($"envelope: {failure.Message} [{failure.Error}]");
            return ExitCode.Failed;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            await Console.Error.WriteLineAsync("envelope: stopped.");
            return ExitCode.Stopped;
        }
        catch (IOException failure)
        {
            // Standard input or output broke: files have errors of their own.
            await Console.Error.WriteLineAsync($"envelope: a pipe broke: {failure.Message} [{EnvelopeError.OutputFailed}]");
            return ExitCode.Failed;
        }
    }

    private static RootCommand Root(CancellationToken stop) => new("Encrypts files with a data key each, wrapped by the keys you have: a local keyring, certificates, passphrases.")
    {
        ProtectCommand.Create(stop),
        UnprotectCommand.Create(stop),
        RewrapCommand.Create(stop),
        InspectCommand.Create(stop),
        VerifyCommand.Create(stop),
        KekCommand.Create(stop),
    };

    private static int Usage(string message)
    {
        Console.Error.WriteLine($"envelope: {message} See envelope --help.");
        return ExitCode.Usage;
    }
}
