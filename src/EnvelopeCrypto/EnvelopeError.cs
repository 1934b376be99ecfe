namespace EnvelopeCrypto;

/// <summary>
/// Every way in which an operation can fail, one id each. Ids are stable: scripts and tests compare them, never the message.
/// </summary>
public enum EnvelopeError
{
    // What was read is not a sound envelope.

    /// <summary>The file has no bytes.</summary>
    EmptyFile,
    /// <summary>The file does not begin as an envelope does.</summary>
    NotAnEnvelope,
    /// <summary>The envelope, or its cipher, is of a version that this program does not know.</summary>
    UnsupportedVersion,
    /// <summary>The header is cut off, breaks a rule of the format, or is larger than the format allows.</summary>
    HeaderInvalid,
    /// <summary>No recipient slot is whole: each was torn or changed.</summary>
    RecipientsDamaged,
    /// <summary>Two recipient slots claim the same generation and differ.</summary>
    RecipientsForked,
    /// <summary>The two recipient slots differ, or one is damaged: a KEK that is not listed may open the file.</summary>
    SlotsDiffer,
    /// <summary>The envelope holds something other than what the operation reads, such as an exported KEK.</summary>
    WrongEnvelopeType,
    /// <summary>The protected header or the start of the body was changed: no key that was unwrapped fits them.</summary>
    CommitmentMismatch,
    /// <summary>A chunk of the body was changed, moved or replaced.</summary>
    BodyDamaged,
    /// <summary>The body ends too early.</summary>
    BodyTruncated,
    /// <summary>The body, or the text to encrypt, is longer than the format allows.</summary>
    BodyTooLong,
    /// <summary>The sealed metadata breaks a rule of the format, or does not fit the body.</summary>
    MetadataInvalid,

    // Encryption context.

    /// <summary>The encryption context breaks a rule: a key twice, too many pairs, too long, or not text.</summary>
    ContextInvalid,
    /// <summary>The envelope's encryption context lacks what was required.</summary>
    ContextMismatch,

    // KEKs.

    /// <summary>No KEK was named, and there is no default.</summary>
    KekRequired,
    /// <summary>The text is not a KEK reference.</summary>
    KekReferenceInvalid,
    /// <summary>The KEK does not exist.</summary>
    KekNotFound,
    /// <summary>The KEK exists, but not the version that the envelope names.</summary>
    KekVersionNotFound,
    /// <summary>A KEK of that name exists already.</summary>
    KekExists,
    /// <summary>No KEK of the envelope may be used here: see allowed KEKs.</summary>
    KekNotAllowed,
    /// <summary>No provider for this kind of KEK is loaded.</summary>
    KekProviderMissing,
    /// <summary>A provider of that name is registered already.</summary>
    KekProviderExists,
    /// <summary>The observer of KEK use refused this one.</summary>
    KekUseRefused,
    /// <summary>None of the recipients could be opened; the message lists each with its reason.</summary>
    NoRecipientOpened,
    /// <summary>The wrapped key does not open under this KEK and context: wrong key, wrong context or changed bytes.</summary>
    WrappedKeyInvalid,
    /// <summary>The KEK cannot make a data key without its plaintext being seen here.</summary>
    PlaintextNeeded,
    /// <summary>The envelope has a recipient that is none of those which it should have.</summary>
    RecipientUnexpected,
    /// <summary>The envelope has a recipient that a quantum computer could open, or of which nothing is known.</summary>
    NotPostQuantum,
    /// <summary>A new recipient did not open to the data key that it was made from.</summary>
    ProofFailed,

    // Key services.

    /// <summary>The Region of a key service is needed, and none is known.</summary>
    RegionRequired,
    /// <summary>The Region, profile or endpoint for the key service is none, or the endpoint is not safe for keys.</summary>
    ConnectionInvalid,
    /// <summary>The key service asks for credentials, and none were found.</summary>
    CredentialsMissing,
    /// <summary>The credentials for the key service have expired.</summary>
    CredentialsExpired,
    /// <summary>The service does not know these credentials, or their signature is wrong.</summary>
    CredentialsInvalid,
    /// <summary>The key service denies this caller the operation.</summary>
    AccessDenied,
    /// <summary>The KEK is disabled.</summary>
    KekDisabled,
    /// <summary>The KEK waits to be deleted, and serves no more.</summary>
    KekPendingDeletion,
    /// <summary>The key service says that another KEK made the wrapped key.</summary>
    KekMismatch,
    /// <summary>The KEK is of a kind that cannot do this: its spec or its usage is another.</summary>
    KekUnsuitable,
    /// <summary>The key service refused too many requests in a short time, and each attempt again.</summary>
    KeyServiceThrottled,
    /// <summary>The key service could not be reached: name, network, proxy or certificate.</summary>
    KeyServiceUnreachable,
    /// <summary>The key service did not answer in time.</summary>
    KeyServiceTimeout,
    /// <summary>The key service failed, or its answer was not what was asked for.</summary>
    KeyServiceFailed,
    /// <summary>This machine's clock is wrong: it differs too much from the key service's, or is before 1970.</summary>
    ClockSkewed,

    // Keyring, certificates, passphrases.

    /// <summary>There is no place for the keyring: no home folder is known.</summary>
    KeyringLocationUnknown,
    /// <summary>Others can read or write the keyring.</summary>
    KeyringNotPrivate,
    /// <summary>A file of the keyring does not read as it should.</summary>
    KeyringDamaged,
    /// <summary>Another process holds the keyring for too long.</summary>
    KeyringBusy,
    /// <summary>The keyring's passphrase is wrong.</summary>
    KeyringPassphraseWrong,
    /// <summary>The KEK's protection does not work here: it is another system's, user's or machine's.</summary>
    KekProtectionUnavailable,
    /// <summary>The backup's newest version has another key id than the one that was named.</summary>
    KeyIdMismatch,
    /// <summary>A passphrase is needed, and none was given.</summary>
    PassphraseRequired,
    /// <summary>A passphrase is empty, unreadable, or no text.</summary>
    PassphraseInvalid,
    /// <summary>Passphrases were derived for so many recipients that did not open, that no more are derived in this run.</summary>
    DerivationBudgetSpent,
    /// <summary>A prompt is needed, and no one is there to answer it.</summary>
    PromptRequired,
    /// <summary>The certificate was not found, or could not be read.</summary>
    CertificateNotFound,
    /// <summary>The certificate cannot serve as KEK: no RSA key, or one under 2048 bits.</summary>
    CertificateUnsuitable,
    /// <summary>The private key of a certificate, or the private half of a key pair, is not here.</summary>
    PrivateKeyMissing,
    /// <summary>The public half of a key pair was not found, or could not be read.</summary>
    PublicKeyNotFound,
    /// <summary>
    /// The public half of a key pair cannot serve: of another kind, cut off, an ML-KEM key that fails its check, a point of low order.
    /// </summary>
    PublicKeyInvalid,

    // Rewrap.

    /// <summary>The envelope would have more recipients than the format allows.</summary>
    TooManyRecipients,
    /// <summary>The rewrap would leave no recipient that was proven to open.</summary>
    WouldLockOut,
    /// <summary>The data key is shared with other files, so its recipients open those too.</summary>
    SharedDataKey,
    /// <summary>The file's data key was not rotated by a run that was to rotate all.</summary>
    NotRotated,
    /// <summary>Another run is at work on the envelope, and was so for too long.</summary>
    EnvelopeBusy,

    // Records.

    /// <summary>The text is not a token.</summary>
    NotAToken,
    /// <summary>The token is cut off, breaks a rule of the format, or has something around it.</summary>
    TokenInvalid,
    /// <summary>The value to encrypt is a token already, or begins like one.</summary>
    AlreadyAToken,
    /// <summary>The token is for another field, or bound to others than those that were named.</summary>
    BindingMismatch,
    /// <summary>The record lacks a field that was named.</summary>
    FieldMissing,
    /// <summary>A field's name is empty, too long, or named twice.</summary>
    FieldNameInvalid,
    /// <summary>The value is of a type that a token does not hold, or too long for one.</summary>
    ValueUnsupported,

    // Many files.

    /// <summary>A pattern matches nothing, or a tree has no matching file.</summary>
    NothingMatched,
    /// <summary>The file is not below the root, so its place in the destination is unknown.</summary>
    OutsideRoot,
    /// <summary>Another input of this run has the same output.</summary>
    DuplicateOutput,
    /// <summary>The file was not tried, since the only KEKs that could open it failed before in this run.</summary>
    NotTried,
    /// <summary>The name has bytes that are not UTF-8.</summary>
    NameNotText,
    /// <summary>
    /// Windows allows no file of that name, keeps it for a device, or takes a dot or blank off its end, so that other programs could not
    /// open the file; or the file system takes no file of that name.
    /// </summary>
    NameUnusable,
    /// <summary>The system gives this process no more memory or threads.</summary>
    OutOfResources,
    /// <summary>A fault of the program itself.</summary>
    Unexpected,

    // Files.

    /// <summary>The source does not exist.</summary>
    SourceNotFound,
    /// <summary>The source cannot be read.</summary>
    SourceUnreadable,
    /// <summary>The source is not a regular file.</summary>
    SourceNotAFile,
    /// <summary>The source is in use by another process.</summary>
    SourceInUse,
    /// <summary>Below a folder that was named, a symbolic link stands in the way; it is not followed.</summary>
    LinkInTheWay,
    /// <summary>The file system has no file locks, and the work needs one.</summary>
    LocksUnavailable,
    /// <summary>The source changed while it was read; on Linux a new name or mode that it was given meanwhile counts too.</summary>
    SourceChanged,
    /// <summary>The source is an envelope already.</summary>
    AlreadyAnEnvelope,
    /// <summary>The destination exists.</summary>
    DestinationExists,
    /// <summary>The destination is the source.</summary>
    DestinationIsSource,
    /// <summary>No name for the output follows from the name of the input.</summary>
    DestinationRequired,
    /// <summary>A path, or a name in it, is too long: that of an input, or of the output that would be made.</summary>
    NameTooLong,
    /// <summary>The output is there, but its source was not removed: the proof did not hold, or the system refused.</summary>
    SourceKept,
    /// <summary>The output cannot be written, or the disk does not confirm that it was.</summary>
    OutputFailed,
    /// <summary>There is no room for the output.</summary>
    DiskFull,
    /// <summary>The destination had to be a mount point, and is none: the disk that should be there may not be mounted.</summary>
    DestinationNotMounted,

    // Audit.

    /// <summary>A line of the audit log was changed, or is none, so that it cannot be read or gone on from.</summary>
    AuditLogDamaged,
    /// <summary>
    /// The audit log, or a setting of it, cannot be used: a link or pipe, another chain than was wanted, a lock that is never free.
    /// </summary>
    AuditLogUnusable,
    /// <summary>The head of the audit log could not be sent to the system's log.</summary>
    AuditHeadNotSent,
}
