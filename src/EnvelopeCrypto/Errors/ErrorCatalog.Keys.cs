using EnvelopeCrypto.Format;
using static EnvelopeCrypto.EnvelopeError;

namespace EnvelopeCrypto.Errors;

/// <content>KEKs, where they are kept, and the services that hold them.</content>
internal static partial class ErrorCatalog
{
    private static ErrorEntry[] OfKeys =>
    [
        // KEKs.
        new(KekRequired, "InvalidArgument",
            [
                new("Give -Kek, or set $env:ENVELOPECRYPTO_KEK.", "Kek"),
                new(
                    "Choose the KEKs with -NewKek, -AddKek, -RemoveKek or -WrappedBefore.", "NewKek", "AddKek", "RemoveKek",
                    "WrappedBefore"),
            ],
            [new("Give --kek.", "--kek")]),
        new(KekReferenceInvalid, "InvalidArgument",
            ["Write a KEK as local:NAME, pub:FILE.pem, x509:FILE.pem, passphrase, alias/NAME or a key ARN."]),
        new(KekNotFound, "ObjectNotFound",
            [
                "Check the name.",
                "Import-EnvelopeKek restores a local KEK from its backup; New-EnvelopeKek makes a new one, which opens no older file.",
                new("For AWS KMS, check -Region and -ProfileName.", "Region", "ProfileName"),
            ],
            [
                "Check the name (for AWS KMS, the Region and profile too).",
                "`envelope kek import` restores a local KEK from its backup; `envelope kek new` makes a new one, which opens no older "
                    + "file.",
            ]),
        new(KekVersionNotFound, "ObjectNotFound",
            ["Restore the version from a backup with Import-EnvelopeKek."],
            ["`envelope kek import` restores it from a backup."]),
        new(KekExists, "ResourceExists",
            ["Choose another name. To rotate the KEK that exists, use New-EnvelopeKekVersion."],
            ["Choose another name. To rotate the KEK that exists, use `envelope kek rotate`."]),
        new(KekNotAllowed, "PermissionDenied",
            [
                new("Name the KEK with -AllowedKek if it is yours.", "AllowedKek"),
                "$env:ENVELOPECRYPTO_ALLOWED_KEK allows it for every command.",
            ],
            [new("Name it with --allowed-kek if it is yours.", "--allowed-kek"), "ENVELOPECRYPTO_ALLOWED_KEK allows it for every command."]),
        new(KekProviderMissing, "ObjectNotFound",
            ["Get-EnvelopeKekProvider lists those of this session, Register-EnvelopeKekProvider adds one; or use a KEK of another kind."],
            ["Registered providers (NAME:ID) are script blocks: use the cmdlets of PowerShell for their KEKs."]),
        new(KekProviderExists, "ResourceExists", [new("Use -Force to replace it, or another name.", "Force")]),
        new(KekUseRefused, "PermissionDenied", ["Fix the audit log: no KEK is used until its use can be recorded."]),
        new(NoRecipientOpened, "AuthenticationError",
            [
                "Fix what the message names for one of the KEKs.",
                new("A KEK that is yours and not allowed is named with -AllowedKek.", "AllowedKek"),
            ],
            [new("A KEK that is yours and not allowed is named with --allowed-kek.", "--allowed-kek")]),
        new(WrappedKeyInvalid, "InvalidData",
            [
                new("Try another passphrase, or give it with -Passphrase.", "Passphrase") { Of = RecipientAlgorithm.Passphrase },
                "Otherwise the wrapped key was changed, or belongs to another encryption context: restore the file from another copy.",
            ],
            [new("Try another passphrase; --passphrase-file reads one.", "--passphrase-file") { Of = RecipientAlgorithm.Passphrase }]),
        new(PlaintextNeeded, "InvalidOperation", ["Unwrap the key with Unprotect-DataKey."]),
        new(RecipientUnexpected, "InvalidData", ["Rewrap the file with Update-EnvelopeKek -NewKek, which leaves exactly these KEKs."]),
        new(NotPostQuantum, "InvalidData",
            ["Rewrap the file with Update-EnvelopeKek -NewKek to key pairs (pub:PATH), local KEKs or passphrases."],
            ["`envelope rewrap FILE --new-kek KEK` leaves exactly the KEKs that it names, such as a key pair's public half (pub:PATH)."]),
        new(ProofFailed, "InvalidResult", ["Check the new KEK: what it wraps does not open again.", "The file is as it was."]),

        // Key services.
        new(RegionRequired, "InvalidArgument",
            [new("Give -Region, set $env:AWS_REGION, or name the key by its ARN.", "Region")],
            [new("--region names one.", "--region")]),
        new(ConnectionInvalid, "InvalidArgument",
            [new("Check -ProfileName, -Region and -EndpointUrl, and the AWS variables.", "ProfileName", "Region", "EndpointUrl")]),
        new(CredentialsMissing, "AuthenticationError",
            [new("Give -ProfileName, sign in, or set the AWS variables.", "ProfileName")],
            [new("--profile-name names a profile.", "--profile-name")]),
        new(CredentialsExpired, "AuthenticationError", ["Sign in again."]),
        new(CredentialsInvalid, "AuthenticationError",
            ["Check the access key, its secret and the profile."],
            ["Check the access key, its secret and the profile."]),
        new(AccessDenied, "PermissionDenied",
            ["Get the permission: from the key's policy, the account's, or the people who run the key service."]),
        new(KekDisabled, "InvalidOperation", ["Enable the key, or open the file with another of its KEKs."]),
        new(KekPendingDeletion, "InvalidOperation", ["Cancel the key's deletion, and rewrap the files that still need it."]),
        new(KekMismatch, "InvalidData", [Restore]),
        new(KekUnsuitable, "InvalidArgument",
            ["Use a KEK of a kind that can do this.", "In AWS KMS, only an encryption key (SYMMETRIC_DEFAULT or RSA) can be a KEK."]),
        new(KeyServiceThrottled, "LimitsExceeded",
            [
                new("Lower -ThrottleLimit.", "ThrottleLimit"),
                new("Raise -FilesPerDataKey.", "FilesPerDataKey"),
                new("Raise -RecordsPerDataKey.", "RecordsPerDataKey"),
                "Have the service's limit raised.",
            ],
            [
                new("A lower --throttle-limit asks less of it.", "--throttle-limit"),
                new("More --files-per-data-key ask less of it.", "--files-per-data-key"),
            ]),
        new(KeyServiceUnreachable, "ConnectionError",
            [new("Check the network, the proxy, -Region and -EndpointUrl.", "Region", "EndpointUrl")]),
        new(KeyServiceTimeout, "OperationTimeout", [TryLater, FinishedStay]),
        new(KeyServiceFailed, "ResourceUnavailable",
            [
                "Fix what the message names, such as an error in a script block of a registered provider.",
                "Where the service itself failed, try again later.",
                FinishedStay,
            ]),
        new(ClockSkewed, "InvalidOperation", ["Set this machine's clock."]),

        // Keyring, certificates, passphrases.
        new(KeyringLocationUnknown, "ObjectNotFound", ["Set $env:ENVELOPECRYPTO_HOME to a folder of this account alone."]),
        new(KeyringNotPrivate, "PermissionDenied",
            ["Run the command that the message names, so that only this account can read the keyring."]),
        new(KeyringDamaged, "InvalidData", ["Restore the keyring's folder from a copy, or the KEK with Import-EnvelopeKek."]),
        new(KeyringBusy, "ResourceBusy", ["Try again when the other process has ended."]),
        new(KeyringPassphraseWrong, "AuthenticationError",
            [
                new("Try again, or give it with -KeyringPassphrase.", "KeyringPassphrase"),
                "For every command, set $env:ENVELOPECRYPTO_KEYRING_PASSPHRASE, or name a file with it in "
                    + "$env:ENVELOPECRYPTO_KEYRING_PASSPHRASE_FILE.",
            ]),
        new(KekProtectionUnavailable, "NotImplemented",
            ["Use the KEK on the machine and under the account that protect it, or import its backup here."]),
        new(KeyIdMismatch, "SecurityError",
            [
                new("Check that this is the right backup, and compare its key id with the one noted at the export; without -KeyId it "
                    + "is shown.", "KeyId"),
            ]),
        new(PassphraseRequired, "InvalidArgument", ["Set the variable that the message names, or give the passphrase by its parameter."]),
        new(
            PassphraseInvalid, "InvalidArgument",
            ["Give a passphrase that is text and not empty. Type a new one the same way twice."]),
        new(DerivationBudgetSpent, "LimitsExceeded",
            ["Run again with only the files under this passphrase.", "Get-EnvelopeFile shows which those are."]),
        new(PromptRequired, "InvalidOperation", ["Give the answer by a parameter or variable: no one is there to ask."]),
        new(CertificateNotFound, "ObjectNotFound",
            ["Name a .cer, .pem or .pfx file, or the thumbprint of a certificate in the user's or machine's store."]),
        new(CertificateUnsuitable, "InvalidArgument", ["Use a certificate with an RSA key of 2048 bits or more."]),
        new(PrivateKeyMissing, "ObjectNotFound",
            [
                new("Restore a key pair from its backup with Import-EnvelopeKek.") { Of = RecipientAlgorithm.XWing },
                new("For a certificate, name the file that has the key with -AllowedKek x509:PATH, or put it into the user's "
                    + "certificate store.", "AllowedKek") { Of = RecipientAlgorithm.Rsa },
            ],
            [
                new("`envelope kek import` restores a key pair from its backup.") { Of = RecipientAlgorithm.XWing },
                new("For a certificate, name the file that has the key with --allowed-kek x509:PATH, or put it in your certificate "
                    + "store.", "--allowed-kek") { Of = RecipientAlgorithm.Rsa },
            ]),
        new(PublicKeyNotFound, "ObjectNotFound",
            ["Name the PEM file that Export-EnvelopeKek -PublicKey wrote: pub:PATH."],
            ["`envelope kek export local:NAME --public-key` writes it, on the machine whose keyring has the KEK."]),
        new(PublicKeyInvalid, "InvalidData",
            ["Get the file again from the keyring that has the KEK: Export-EnvelopeKek -PublicKey writes it."],
            ["`envelope kek export local:NAME --public-key` writes it, on the machine whose keyring has the KEK."]),
    ];
}
