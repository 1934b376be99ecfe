using System.CommandLine;
using System.CommandLine.Parsing;

namespace EnvelopeCrypto.Cli;

/// <summary>The commands, and what becomes of whatever they throw.</summary>
internal static class Tool
{
    public static async Task<int> RunAsync(string[] args, CancellationToken stop)
    {
        var parsed = Root(stop).Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        try
        {
            Validate(parsed);
            var code = await parsed.InvokeAsync(
                new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null },
                CancellationToken.None);
            if (code == ExitCode.Done)
                PipeOutput.RequireTaken();
            return code;
        }
        catch (UsageException wrong)
        {
            ErrorOutput.WriteLine($"envelope: {DisplayText.OneLine(wrong.Message)} See {NameOf(parsed.CommandResult)} --help.");
            return ExitCode.Usage;
        }
        catch (EnvelopeException failure)
        {
            var about = failure.Path is { } path ? $"{DisplayText.OneLine(GivenPath.Of(path, parsed))}: " : "";
            return Fail(parsed, about + failure.Reason, failure.Error);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return ExitCode.Stopped; // Program says so
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // Files have errors of their own, so results could not be shown.
            return Fail(parsed, $"standard output cannot be written: {DisplayText.OneLine(failure.Message)}", EnvelopeError.OutputFailed);
        }
        catch (Exception fault)
        {
            var failure = EnvelopeException.From(fault);
            return Fail(parsed, failure.Message, failure.Error);
        }
    }

    internal static RootCommand Root(CancellationToken stop) => RootHelp.With(new(
        "Encrypts files, each with a data key of its own, which the keys that you choose (KEKs) wrap: AWS KMS, a local keyring, key "
        + "pairs, certificates, passphrases.")
    {
        ProtectCommand.Create(stop),
        UnprotectCommand.Create(stop),
        RewrapCommand.Create(stop),
        InspectCommand.Create(stop),
        VerifyCommand.Create(stop),
        KekCommand.Create(stop),
        KeyringCommand.Create(stop),
        AuditCommand.Create(stop),
        CompletionCommand.Create(() => Root(stop)),
    });

    private static void Validate(ParseResult parsed)
    {
        // Such as a variable that is not set: nothing would be recorded.
        if (parsed.GetResult(Options.AuditLog) is { } log && log.Tokens.Any(token => token.Value.Length == 0))
            throw new UsageException($"{Options.AuditLog.Name} is empty.");
        foreach (var path in GivenPaths(parsed))
        {
            if (path.Length == 0)
                throw new UsageException("An argument is empty.");
            // The parser takes an option that it does not know for a path, and the work would begin without it.
            if (path[0] == '-' && path != Destination.Pipe)
                throw new UsageException($"There is no option '{path}' here; a file of that name is given as './{path}'.");
        }
        if (parsed.UnmatchedTokens.Count > 0)
            throw new UsageException($"'{parsed.UnmatchedTokens[0]}' is not a command or option here.{MeantBy(parsed)}");
        if (parsed.Errors.Count > 0)
            throw new UsageException(string.Join(" ", parsed.Errors.Select(error => error.Message)));
    }

    // `envelope rotate` for `envelope kek rotate`, and what other tools call it.
    private static string MeantBy(ParseResult parsed)
    {
        var word = parsed.UnmatchedTokens[0] switch
        {
            "encrypt" or "seal" => "protect",
            "decrypt" or "open" or "restore" => "unprotect",
            var other => other,
        };
        var meant = NamesBelow(parsed.RootCommandResult.Command, "envelope").Where(name => name.EndsWith($" {word}", StringComparison.Ordinal)).ToList();
        return meant.Count == 0 ? "" : $" Did you mean '{string.Join("' or '", meant)}'?";
    }

    private static IEnumerable<string> NamesBelow(Command command, string name) =>
        command.Subcommands.SelectMany(each => NamesBelow(each, $"{name} {each.Name}").Prepend($"{name} {each.Name}"));

    // The arguments before "--", after which everything is a path.
    private static IEnumerable<string> GivenPaths(ParseResult parsed)
    {
        var taken = parsed.Tokens.SkipWhile(token => token.Type != TokenType.DoubleDash).Skip(1).Count();
        return parsed.CommandResult.Children.OfType<ArgumentResult>().SelectMany(argument => argument.Tokens).Select(token => token.Value)
            .SkipLast(taken);
    }

    private static string NameOf(CommandResult command) =>
        command.Parent is CommandResult parent ? $"{NameOf(parent)} {command.Command.Name}" : "envelope";

    /// <summary>What was named wrongly is wrong usage, like an option that is missing: nothing was begun.</summary>
    private static int Fail(ParseResult parsed, string message, EnvelopeError error)
    {
        ErrorOutput.WriteLine($"envelope: {message}{Hint.For(error, parsed.CommandResult.Command)} [{error}]");
        return error is EnvelopeError.KekRequired or EnvelopeError.KekReferenceInvalid or EnvelopeError.ContextInvalid
            or EnvelopeError.ConnectionInvalid or EnvelopeError.RegionRequired ? ExitCode.Usage : ExitCode.Failed;
    }
}
