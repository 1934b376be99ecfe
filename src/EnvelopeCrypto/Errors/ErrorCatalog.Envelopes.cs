using static EnvelopeCrypto.EnvelopeError;

namespace EnvelopeCrypto.Errors;

/// <content>What stands in an envelope or a token, and what a rewrap makes of it.</content>
internal static partial class ErrorCatalog
{
    private static ErrorEntry[] OfEnvelopes =>
    [
        // What was read is not a sound envelope.
        new(EmptyFile, "InvalidData", [Restore]),
        new(
            NotAnEnvelope, "InvalidData",
            ["Name an envelope.", new("With -Recurse, files that are not envelopes are skipped.", "Recurse")]),
        new(UnsupportedVersion, "InvalidData", ["Update this module: the file was made by a newer one."]),
        new(HeaderInvalid, "InvalidData", [Restore]),
        new(RecipientsDamaged, "InvalidData", [Restore]),
        new(RecipientsForked, "InvalidData",
            ["Update-EnvelopeKek -Slot First, or Second, keeps the slot that opens; or restore the file from a backup."],
            ["`envelope rewrap FILE --slot first`, or second, keeps the one that opens."]),
        new(SlotsDiffer, "InvalidData",
            ["Rewrap the file with Update-EnvelopeKek, which writes both slots alike; then check which KEKs it names."],
            ["`envelope rewrap` writes both alike; then check which KEKs it names."]),
        new(WrongEnvelopeType, "InvalidData",
            ["Use Import-EnvelopeKek for exported KEKs, Unprotect-EnvelopeFile for files, and Unprotect-EnvelopeData for tokens."],
            ["`envelope kek import` reads exported KEKs, `envelope unprotect` files, `envelope unprotect --text` tokens."]),
        new(CommitmentMismatch, "InvalidData", [Restore]),
        new(BodyDamaged, "InvalidData", [Restore]),
        new(BodyTruncated, "InvalidData", [Restore]),
        new(BodyTooLong, "InvalidData", ["Split the file: one envelope holds less than 4 PiB."]),
        new(MetadataInvalid, "InvalidData", [Restore]),

        // Encryption context.
        new(ContextInvalid, "InvalidArgument", ["Give a table of names and texts, such as @{ purpose = 'backup' }."]),
        new(ContextMismatch, "PermissionDenied", [new("It is not what was expected, or -RequiredContext is wrong.", "RequiredContext")]),

        // Rewrap.
        new(TooManyRecipients, "LimitsExceeded", ["Name fewer KEKs.", new("Take KEKs away with -RemoveKek.", "RemoveKek")]),
        new(WouldLockOut, "PermissionDenied",
            ["Add a KEK that opens it first.", new("-NoReadBack drops recipients without proof, but never the last.", "NoReadBack")],
            [
                new("Add a KEK that opens the file first; where the proof alone is missing, --no-read-back does without, but "
                    + "never drops the last.", "--no-read-back"),
            ]),
        new(SharedDataKey, "PermissionDenied",
            [
                new("Use -SharedDataKey to change all files of the batch.", "SharedDataKey"),
                new("Or use -RotateDataKey, which gives this file a data key of its own.", "RotateDataKey"),
            ],
            [
                new("Give --shared-data-key to change them all the same.", "--shared-data-key"),
                new("Or --rotate-data-key, which gives this file a data key of its own.", "--rotate-data-key"),
            ]),
        new(NotRotated, "InvalidResult",
            [
                new("Rotate the file by itself with Update-EnvelopeKek -RotateDataKey -NewKek, without -OldKek, and find out who "
                    + "took the old recipient out.", "NewKek", "OldKek"),
            ],
            ["Rotate it by itself: `envelope rewrap FILE --rotate-data-key --new-kek KEK`; and find out who took the old recipient out."]),
        new(EnvelopeBusy, "ResourceBusy", ["Try again when the other process has ended."]),

        // Records.
        new(NotAToken, "InvalidData",
            ["Name a property whose values Protect-EnvelopeData made; those begin with 'evc1.'."],
            ["`envelope unprotect -` takes an envelope from a pipe."]),
        new(TokenInvalid, "InvalidData",
            [
                "Check where the token is stored: a column that is too short truncates it, and quotes or white space around it are "
                    + "not part of it.",
            ]),
        new(AlreadyAToken, "ResourceExists", [new("Use -SkipProtected to leave tokens as they are.", "SkipProtected")]),
        new(BindingMismatch, "InvalidArgument",
            [new("Give -Property and -BindProperty as they were when the token was made.", "Property", "BindProperty")]),
        new(FieldMissing, "ObjectNotFound", [new("Check the names that -Property and -BindProperty give.", "Property", "BindProperty")]),
        new(FieldNameInvalid, "InvalidArgument",
            [
                new("Name each property once, with -Property or with -BindProperty.", "Property", "BindProperty"),
                new("-BindProperty needs -Property.", "BindProperty", "Property"),
            ]),
        new(ValueUnsupported, "InvalidType",
            ["Turn the value into text or bytes first; long ones belong into a file, with Protect-EnvelopeFile."]),
    ];
}
