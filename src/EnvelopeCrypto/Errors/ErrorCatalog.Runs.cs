using static EnvelopeCrypto.EnvelopeError;

namespace EnvelopeCrypto.Errors;

/// <content>Files, runs over many of them, and the audit log.</content>
internal static partial class ErrorCatalog
{
    private static ErrorEntry[] OfRuns =>
    [
        // Many files.
        new(NothingMatched, "ObjectNotFound",
            [
                "Check the path.",
                new("Check -Include and -Exclude.", "Include", "Exclude"),
                new("Use -LiteralPath for names with [ ] * or ?.", "LiteralPath"),
                new("Add -Recurse for the files in folders.", "Recurse"),
            ]),
        new(OutsideRoot, "InvalidArgument",
            [new("Give -Root, the folder below which the tree is kept.", "Root")],
            [new("Give --root.", "--root")]),
        new(DuplicateOutput, "ResourceExists",
            ["Each input needs an output of its own.", new("Give -Root, so that the places of both differ.", "Root")],
            [new("Give --root, so that the places of both differ.", "--root")]),
        new(NotTried, "OperationStopped", ["Fix the first error, and run again.", FinishedStay]),
        new(NameNotText, "InvalidData", ["Rename the file: its name is not UTF-8."]),
        new(OutOfResources, "ResourceUnavailable",
            ["Raise this process's limits of memory and threads.", new("Or lower -ThrottleLimit.", "ThrottleLimit")],
            ["Raise its limits (ulimit, container).", new("Or lower --throttle-limit.", "--throttle-limit")]),
        new(Unexpected, "InvalidOperation", ["Report it, with the message."]),

        // Files.
        new(SourceNotFound, "ObjectNotFound",
            ["Check the path, or the variable that names it.", new("Use -LiteralPath for names with [ ] * or ?.", "LiteralPath")]),
        new(SourceUnreadable, "ReadError", ["Give this account read access to the file."]),
        new(SourceNotAFile, "InvalidArgument",
            ["Name a file.", new("Or add -Recurse for the files in a folder.", "Recurse")],
            [new("Add --recurse for the files in a folder.", "--recurse"), "To read a pipe, use `envelope protect -`."]),
        new(SourceInUse, "ResourceBusy", ["Try again when the other process has closed the file."]),
        new(LinkInTheWay, "SecurityError",
            ["Look at who made the link.", "Where it is yours, replace it by a folder, or name the folder that it leads to."]),
        new(LocksUnavailable, "NotImplemented", ["Mount the file system with locks, or work on a copy on another one."]),
        new(SourceChanged, "InvalidData", ["Try again while nothing writes to the file."]),
        new(AlreadyAnEnvelope, "ResourceExists",
            [new("Use -AllowNested to encrypt it once more.", "AllowNested")],
            [new("--allow-nested encrypts it once more.", "--allow-nested")]),
        new(DestinationExists, "ResourceExists",
            [
                new("Use -Update to replace outputs whose source changed.", "Update"),
                new("Use -Force to replace whatever is there.", "Force"),
            ],
            [new("--force replaces it.", "--force"), new("--update replaces it if its source changed.", "--update")]),
        new(DestinationIsSource, "InvalidArgument",
            [new("Give another -DestinationPath.", "DestinationPath")],
            [new("Give --destination.", "--destination")]),
        new(DestinationRequired, "InvalidArgument",
            [new("Give the output's path with -DestinationPath.", "DestinationPath")],
            [new("Give the output's path with --destination.", "--destination")]),
        new(NameTooLong, "InvalidArgument",
            ["Use a shorter name or path.", new("An output gets one from -DestinationPath.", "DestinationPath")],
            [new("An output gets a shorter name from --destination.", "--destination")]),
        new(NameUnusable, "InvalidData",
            [
                "Rename the file where its name is an ordinary one, such as in WSL or on its server.",
                new("For an output give -DestinationPath another name.", "DestinationPath"),
            ],
            [new("An output gets another name from --destination.", "--destination")]),
        new(SourceKept, "InvalidResult",
            [
                new("Fix what the message names and run again with "
                    + "-Update -RemoveSource, or remove the source yourself.", "Update", "RemoveSource"),
            ]),
        new(OutputFailed, "WriteError", ["Give this account write access to the folder, and check the path."]),
        new(DiskFull, "WriteError", ["Free some space.", new("Or give another -DestinationPath.", "DestinationPath")]),
        new(DestinationNotMounted, "ResourceUnavailable",
            ["Mount the disk.", new("Without -RequireMount any folder will do.", "RequireMount")],
            ["Mount the disk.", new("Without --require-mount any folder will do.", "--require-mount")]),

        // Audit.
        new(AuditLogDamaged, "InvalidData",
            ["Find the line with Test-EnvelopeAuditLog, keep the log's files as they are, and let a new log begin for what comes."]),
        new(AuditLogUnusable, "InvalidOperation",
            [new("Name another log with -AuditLog.", "AuditLog"), "Fix the variable or the file that the message names."]),
        new(AuditHeadNotSent, "WriteError",
            [new("Start the system's log, name its socket with -SyslogSocket, or keep the head elsewhere.", "SyslogSocket")],
            [new("--syslog-socket names another socket.", "--syslog-socket")]),
    ];
}
