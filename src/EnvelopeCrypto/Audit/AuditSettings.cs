using System.Globalization;
using EnvelopeCrypto.Disk;
using EnvelopeCrypto.Keys;

namespace EnvelopeCrypto.Audit;

/// <summary>Whether and where the use of KEKs is recorded. Off, unless a log is named.</summary>
internal static class AuditSettings
{
    /// <summary>Names the log, by a full path.</summary>
    internal const string LogVariable = "ENVELOPECRYPTO_AUDIT_LOG";

    /// <summary>Names the KEK that wraps the key of the log's chain. Without it the chain is plain.</summary>
    internal const string KekVariable = "ENVELOPECRYPTO_AUDIT_KEK";

    /// <summary>Bytes from which on a file of the log is closed and the next begun; 64 MiB when not set.</summary>
    internal const string SizeVariable = "ENVELOPECRYPTO_AUDIT_LOG_SIZE";

    /// <summary>The log that was given, else that of the variable; null for none.</summary>
    /// <exception cref="EnvelopeException">AuditLogUnusable: the variable does not hold a full path.</exception>
    internal static string? LogPath(string? given)
    {
        if (!string.IsNullOrEmpty(given))
            return Path.GetFullPath(given);
        if (Environment.GetEnvironmentVariable(LogVariable) is not { Length: > 0 } path)
            return null;
        // Else each folder that a run is started in would get a log of its own.
        return Path.IsPathFullyQualified(path)
            ? Path.GetFullPath(path)
            : throw new EnvelopeException(EnvelopeError.AuditLogUnusable, $"{LogVariable} is '{path}', which is not a full path.");
    }

    /// <summary>
    /// The same options, with each use of a KEK recorded if a log is named. The chain's own KEK is used in a
    /// session of its own, which is not recorded: nothing could be, before the chain has its key.
    /// </summary>
    /// <param name="options">What the run brings along.</param>
    /// <param name="given">The log; null for that of the variable.</param>
    /// <exception cref="EnvelopeException">AuditLogUnusable, KekReferenceInvalid.</exception>
    public static KekSessionOptions WithAudit(this KekSessionOptions options, string? given)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (LogPath(given) is not { } path)
            return options;
        AuditFiles.RequireFile(AuditFiles.StatusOf(path), path);
        var kek = ChainKek();
        var keys = new AuditKeys(kek, OwnSession(options, kek));
        return options with
        {
            Observer = new AuditObserver(
                new AuditLog(new AuditFile(path, FileSize(), keys, TimeProvider.System), keys), TimeProvider.System),
        };
    }

    /// <summary>The KEK of the chain; null for none.</summary>
    internal static KekReference? ChainKek() =>
        Environment.GetEnvironmentVariable(KekVariable) is { Length: > 0 } kek ? KekReference.Parse(kek) : null;

    /// <summary>A session for the chain's key alone, whose uses are not recorded.</summary>
    internal static Func<KekSession> OwnSession(KekSessionOptions options, KekReference? kek) =>
        (options with { Observer = null, ForRewrap = false, MoreProviders = [], AllowedKeks = kek is null ? options.AllowedKeks : [kek.Text] }).Open;

    private static long FileSize()
    {
        if (Environment.GetEnvironmentVariable(SizeVariable) is not { Length: > 0 } text)
            return AuditLimits.UsualFileSize;
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var size) && size > 0
            ? size
            : throw new EnvelopeException(EnvelopeError.AuditLogUnusable, $"{SizeVariable} is '{text}', which is not a number of bytes.");
    }
}
