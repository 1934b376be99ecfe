using System.CommandLine;
using EnvelopeCrypto.Keys.Local;

namespace EnvelopeCrypto.Cli;

/// <summary>The options of <c>envelope kek new</c>, by the place where the KEK is made.</summary>
internal static class NewKekOptions
{
    public static readonly Option<KekProtection?> Protection = Options.Word<KekProtection>(
        "--protection",
        "What protects the KEK's key: the keyring's passphrase, Windows for this user (Dpapi) or for all accounts of this machine "
        + "that can read the KEK's file (DpapiMachine, for services), or nothing but the permissions of its file. Default: Passphrase; "
        + "on Windows Dpapi, or Passphrase with --keyring-passphrase-file");
    public static readonly Option<bool> Unprotected = new("--unprotected") { Description = "Short for --protection Unprotected." };
    public static readonly Option<bool> Machine = new("--machine") { Description = "Short for --protection DpapiMachine." };
    public static readonly Option<bool> KeyPair = new("--key-pair")
    {
        Description = "Make a key pair: its public half (kek export --public-key) encrypts anywhere, with --kek pub:PATH; only this "
            + "keyring decrypts.",
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

    /// <summary>How a KEK of the keyring is kept.</summary>
    public static Option[] Protections => [Protection, Unprotected, Machine];

    public static Option[] Local => [KeyPair, .. Protections, Options.KeyringPassphraseFile];

    public static Option[] AwsKms => [Description, EnableRotation, RotationPeriod, MultiRegion, KeySpec, Tag, .. Options.Aws];

    /// <summary>The protection that was asked for; null when none was.</summary>
    /// <exception cref="UsageException">It was said in two ways.</exception>
    public static KekProtection? ProtectionOf(Invocation run)
    {
        if (Protections.Where(run.IsGiven).Skip(1).FirstOrDefault() is { } second)
            throw new UsageException(
                $"{second.Name} does not go with {Array.Find(Protections, run.IsGiven)!.Name}: a KEK is kept in one way.");
        return run.Word(Protection)
            ?? (run.Flag(Unprotected) ? KekProtection.Unprotected : run.Flag(Machine) ? KekProtection.DpapiMachine : null);
    }

    /// <exception cref="UsageException">An option was given that means nothing there.</exception>
    public static void RequireNone(Invocation run, Option[] options, string place)
    {
        if (Array.Find(options, run.IsGiven) is { } option)
            throw new UsageException($"{option.Name} is not for {place}.");
    }
}
