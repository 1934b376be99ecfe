using System.CommandLine;

namespace EnvelopeCrypto.Cli;

/// <summary>The options of <c>envelope kek new</c>, by the place where the KEK is made.</summary>
internal static class NewKekOptions
{
    public static readonly Option<bool> Unprotected = new("--unprotected")
    {
        Description = "Keep the KEK without a passphrase: whoever reads its file has the key.",
    };
    public static readonly Option<bool> KeyPair = new("--key-pair")
    {
        Description = "Make a key pair: its public half (kek export --public-key) encrypts anywhere, with --kek pub:PATH; only this keyring decrypts.",
    };
    public static readonly Option<bool> Machine = new("--machine")
    {
        Description = "On Windows: every account of this machine that can read the KEK's file can use it (for services).",
    };

    public static readonly Option<string?> Description = new("--description")
    {
        Description = "AWS KMS: what the key is for.",
        HelpName = "TEXT",
    };
    public static readonly Option<bool> EnableRotation = new("--enable-rotation")
    {
        Description = "AWS KMS: let the service rotate the key by itself.",
    };
    public static readonly Option<long?> RotationPeriod = Options.Number(
        "--rotation-period-in-days", "AWS KMS: 90 to 2560 days between rotations instead of a year.", "DAYS", min: 90, max: 2560);
    public static readonly Option<bool> MultiRegion = new("--multi-region")
    {
        Description = "AWS KMS: a key that can have replicas in other Regions.",
    };
    public static readonly Option<string?> KeySpec = new("--key-spec")
    {
        Description = "AWS KMS: SYMMETRIC_DEFAULT (the default), RSA_2048, RSA_3072 or RSA_4096.",
        HelpName = "SPEC",
    };
    public static readonly Option<string[]> Tag = Options.Many("--tag", "AWS KMS: a tag of the key; may be repeated.", "KEY=VALUE");

    public static Option[] Local => [KeyPair, Unprotected, Machine, Options.KeyringPassphraseFile];

    public static Option[] AwsKms => [Description, EnableRotation, RotationPeriod, MultiRegion, KeySpec, Tag, .. Options.Aws];

    /// <exception cref="UsageException">An option was given that means nothing there.</exception>
    public static void RequireNone(Invocation run, Option[] options, string place)
    {
        if (Array.Find(options, run.IsGiven) is { } option)
            throw new UsageException($"{option.Name} is not for {place}.");
    }
}
