using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace EnvelopeCrypto.Cli;

/// <summary>The options that several commands have, named like the cmdlets' parameters in kebab case.</summary>
internal static class Options
{
    private const string Wildcards = " On Windows, where no shell does it, * ? [a-z] are expanded, unless a file has that exact name.";

    public static readonly Option<string[]> Kek = Many(
        "--kek",
        "KEK to encrypt for; repeat it for several recipients, any of which opens the file. Default: "
        + "$ENVELOPECRYPTO_KEK, else local:default at a terminal.",
        "REFERENCE");
    public static readonly Option<string[]> AllowedKek = Many(
        "--allowed-kek",
        "KEK that may open files, or a pattern with *; may be repeated. x509:PATH also brings the private key. "
        + "Default: $ENVELOPECRYPTO_ALLOWED_KEK, else $ENVELOPECRYPTO_KEK, "
        + "else local keys, certificates in the store and your own account's keys in AWS KMS.",
        "REFERENCE");
    public static readonly Option<string[]> Context = Many(
        "--context", "Pair of the encryption context, which is authenticated but not secret; may be repeated.", "KEY=VALUE");
    public static readonly Option<string[]> RequiredContext = Many(
        "--required-context", "Pair that the envelope's encryption context must have; may be repeated.", "KEY=VALUE");
    public static readonly Option<string?> Destination = new("--destination", "-o")
    {
        Description = "Where the output goes. For a tree or several inputs: a folder, created if needed. For one input: a file, or a "
            + "folder that exists or ends in /. - is standard output.",
        HelpName = "PATH",
    };
    public static readonly Option<bool> Force = new("--force") { Description = "Replace an output that exists." };
    public static readonly Option<bool> RemoveSource = new("--remove-source")
    {
        Description = "Remove each source once its output has been flushed to the disk, read back whole and compared.",
    };
    public static readonly Option<bool> RequireMount = new("--require-mount")
    {
        Description = "Do nothing unless the destination's folder is a mount point (on Windows: not on the system drive).",
    };
    public static readonly Option<bool> Json = new("--json") { Description = "Write results as JSON, one object a line." };
    public static readonly Option<bool> Quiet = new("--quiet", "-q") { Description = "Show only errors and notices." };
    public static readonly Option<string?> PassphraseFile = Secret(
        "--passphrase-file", "File with the passphrase of 'passphrase' recipients.");
    public static readonly Option<string?> NewPassphraseFile = Secret(
        "--new-passphrase-file", "File with the passphrase of the new 'passphrase' recipients.");
    public static readonly Option<string?> KeyringPassphraseFile = Secret(
        "--keyring-passphrase-file", "File with the keyring's passphrase.");
    public static readonly Option<string?> CertificatePassphraseFile = Secret(
        "--certificate-passphrase-file", "File with the passphrase of a certificate's private key.");

    public static readonly Option<string?> AuditLog = new("--audit-log")
    {
        Description = "Record each use of a KEK in this log. Default: $ENVELOPECRYPTO_AUDIT_LOG, else no log.",
        HelpName = "FILE",
    };

    public static readonly Option<string?> ProfileName = new("--profile-name")
    {
        Description = "Profile of the shared AWS configuration. Default: the AWS_* variables, else the default profile, else the "
            + "machine's role.",
        HelpName = "NAME",
    };
    public static readonly Option<string?> Region = new("--region")
    {
        Description = "AWS Region of aliases and key ids; a key ARN names its own. Default: $AWS_REGION, else the profile's.",
        HelpName = "REGION",
    };
    public static readonly Option<string?> EndpointUrl = new("--endpoint-url")
    {
        Description = "Endpoint for AWS KMS, such as a VPC endpoint. Default: that of the Region.",
        HelpName = "URL",
    };

    /// <summary>How AWS KMS is reached.</summary>
    public static Option[] Aws => [ProfileName, Region, EndpointUrl];

    public static Argument<string[]> Paths(string description) =>
        new("path") { Description = description + Wildcards, Arity = ArgumentArity.OneOrMore };

    /// <summary>Paths of a command that can do without, in one of its ways.</summary>
    public static Argument<string[]> SomePaths(string description) =>
        new("path") { Description = description + Wildcards, Arity = ArgumentArity.ZeroOrMore };

    /// <exception cref="UsageException">There are none.</exception>
    public static string[] Required(string[]? paths) =>
        paths is { Length: > 0 } ? paths : throw new UsageException("A path is missing; - is standard input.");

    public static Option<string[]> Many(string name, string description, string helpName) =>
        new(name)
        {
            Description = description,
            HelpName = helpName,
            Arity = ArgumentArity.OneOrMore,
            AllowMultipleArgumentsPerToken = false,
        };

    /// <summary>An option that takes the names of an enum, in any case.</summary>
    public static Option<T[]> Words<T>(string name, string description)
        where T : struct, Enum
    {
        var words = string.Join(", ", Enum.GetNames<T>());
        var option = new Option<T[]>(name)
        {
            Description = $"{description}: {words}; may be repeated.",
            HelpName = "WORD",
            Arity = ArgumentArity.OneOrMore,
            CustomParser = given => [.. given.Tokens.Select(token => Enum.GetNames<T>().Contains(token.Value, StringComparer.OrdinalIgnoreCase)
                ? Enum.Parse<T>(token.Value, ignoreCase: true)
                : Refuse<T>(given, $"{name} takes {words}, not '{token.Value}'."))],
        };
        option.CompletionSources.Add(Enum.GetNames<T>());
        return option;
    }

    /// <summary>An option that takes one name of an enum, in any case.</summary>
    public static Option<T?> Word<T>(string name, string description)
        where T : struct, Enum
    {
        var names = Enum.GetNames<T>();
        var words = string.Join(", ", names);
        var option = new Option<T?>(name)
        {
            Description = $"{description}. One of {words}.",
            HelpName = "WORD",
            CustomParser = given => names.Contains(given.Tokens[0].Value, StringComparer.OrdinalIgnoreCase)
                ? Enum.Parse<T>(given.Tokens[0].Value, ignoreCase: true)
                : Refuse<T>(given, $"{name} takes {words}, not '{given.Tokens[0].Value}'."),
        };
        option.CompletionSources.Add(names);
        return option;
    }

    /// <summary>An option that takes a whole number.</summary>
    public static Option<long?> Number(string name, string description, string helpName, long min, long max = long.MaxValue) => new(name)
    {
        Description = description,
        HelpName = helpName,
        CustomParser = given =>
        {
            var range = string.Create(CultureInfo.InvariantCulture, $"from {min} {(max == long.MaxValue ? "on" : $"to {max}")}");
            return long.TryParse(given.Tokens[0].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                && number >= min && number <= max
                ? number
                : Refuse<long>(given, $"{name} takes a number {range}, not '{given.Tokens[0].Value}'.");
        },
    };

    /// <summary>Adds the options that find and open KEKs.</summary>
    public static Command WithKeks(this Command command)
    {
        command.Add(PassphraseFile);
        command.Add(KeyringPassphraseFile);
        command.Add(CertificatePassphraseFile);
        command.Add(AuditLog);
        foreach (var option in Aws)
            command.Add(option);
        return command;
    }

    /// <summary>Adds the options that say how results are shown.</summary>
    public static Command WithReport(this Command command)
    {
        command.Add(Json);
        command.Add(Quiet);
        return command;
    }

    /// <summary>An option that names the file with a passphrase.</summary>
    public static Option<string?> Secret(string name, string description) => new(name) { Description = description, HelpName = "FILE" };

    // The tool says it and goes no further, so whatever is given back is never seen.
    private static T Refuse<T>(ArgumentResult given, string why)
        where T : struct
    {
        given.AddError(why);
        return default;
    }
}
