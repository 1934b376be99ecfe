namespace EnvelopeCrypto.Cli;

/// <summary>The way out of a failure in words of the command line; the engine's reasons name no options.</summary>
internal static class Hint
{
    /// <summary>What to add to the reason, with a blank before it; empty where the reason says it all.</summary>
    public static string For(EnvelopeError error) => error switch
    {
        EnvelopeError.AlreadyAnEnvelope => " --allow-nested encrypts it once more.",
        EnvelopeError.AuditHeadNotSent => " --syslog-socket names another socket.",
        EnvelopeError.CredentialsMissing => " --profile-name names a profile.",
        EnvelopeError.CredentialsInvalid => " Check the access key, its secret and the profile.",
        EnvelopeError.DestinationExists => " --force replaces it, --update only if its source changed.",
        EnvelopeError.DestinationIsSource or EnvelopeError.DestinationRequired or EnvelopeError.NameTooLong => " Give --destination.",
        EnvelopeError.DuplicateOutput => " Give --root, so that the places of both differ.",
        EnvelopeError.KekExists => " `envelope kek rotate` gives it a new version.",
        EnvelopeError.KekNotAllowed => " Name it with --allowed-kek if it is yours.",
        EnvelopeError.KekNotFound => " Check the name (of AWS KMS: the Region and profile too). `envelope kek new` makes a KEK, `envelope kek import` brings a local one back.",
        EnvelopeError.KekProviderMissing => " Registered providers (NAME:ID) are script blocks: use the cmdlets of PowerShell for their KEKs.",
        EnvelopeError.KekRequired => " Give --kek.",
        EnvelopeError.KekVersionNotFound => " `envelope kek import` brings it back from a backup.",
        EnvelopeError.KeyServiceThrottled => " A lower --throttle-limit or more --files-per-data-key asks less of it.",
        EnvelopeError.NoRecipientOpened => " A KEK that is yours and not allowed is named with --allowed-kek.",
        EnvelopeError.NotAToken => " `envelope unprotect -` takes an envelope from a pipe.",
        EnvelopeError.OutOfResources => " Raise its limits (ulimit, container), or lower --throttle-limit.",
        EnvelopeError.OutsideRoot => " Give --root.",
        EnvelopeError.PrivateKeyMissing => " Name the file that has it with --allowed-kek x509:PATH, or put it in your certificate store.",
        EnvelopeError.RecipientsForked => " `envelope rewrap FILE --slot first`, or second, keeps the one that opens.",
        EnvelopeError.RegionRequired => " --region names one.",
        EnvelopeError.SharedDataKey => " Give --shared-data-key if that is meant.",
        EnvelopeError.SourceNotAFile => " --recurse takes what is in a directory; a pipe is given as '-'.",
        EnvelopeError.WouldLockOut => " Add a KEK that opens the file first; where the proof alone is missing, --no-read-back does without, but never drops the last.",
        EnvelopeError.WrongEnvelopeType => " `envelope kek import` reads exported KEKs, `envelope unprotect` files, with --text tokens.",
        _ => "",
    };
}
