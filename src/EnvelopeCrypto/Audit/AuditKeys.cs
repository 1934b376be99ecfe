using System.Security.Cryptography;
using EnvelopeCrypto.Format;
using EnvelopeCrypto.Keys;
using EnvelopeCrypto.Primitives;

namespace EnvelopeCrypto.Audit;

/// <summary>
/// The keys of keyed logs: HKDF-Expand-SHA-256 of a data key that a KEK wrapped, in an encryption context that names the log. A
/// recipient taken out of an envelope has another context, and so never serves here.
/// </summary>
/// <param name="kek">
/// Makes the key of a new log, and must have made that of one which is there; null: any that may open files opens one to read.
/// </param>
/// <param name="open">Opens a session whose uses are not observed; it is disposed here.</param>
internal sealed class AuditKeys(KekReference? kek, Func<KekSession> open) : IDisposable
{
    private KekSession? _session;
    private (string Question, SecretBytes Key)? _known;

    /// <summary>A new log's id and, where a KEK is named, its wrapped key.</summary>
    public async ValueTask<(byte[] Log, Recipient? Recipient)> MakeAsync(string path, CancellationToken cancellationToken)
    {
        var log = RandomNumberGenerator.GetBytes(AuditLimits.IdSize);
        if (kek is null)
            return (log, null);
        var keks = await Session.OpenAsync([kek], cancellationToken);
        var (dataKey, recipients) = await Session.GenerateAsync(keks, ContextOf(log), path, cancellationToken);
        using (dataKey)
            Keep(Question(log, recipients[0]), dataKey);
        return (log, recipients[0]);
    }

    /// <summary>The key of a log, which stays this object's; null for a plain one.</summary>
    /// <exception cref="EnvelopeException">
    /// AuditLogUnusable for a log that is not under the KEK which was named; why the KEK does not open it.
    /// </exception>
    public async ValueTask<SecretBytes?> OpenAsync(AuditHeader header, string path, CancellationToken cancellationToken)
    {
        if (header.Recipient is not { } recipient)
        {
            // Else anyone who can write the file puts a plain log there, and needs no key for it.
            return kek is null ? null : throw new EnvelopeException(
                EnvelopeError.AuditLogUnusable, $"its chain is plain, and a chain under {kek} was expected.").About(path);
        }
        var question = Question(header.Log, recipient);
        if (_known is { } known && known.Question == question)
            return known.Key;
        if (kek is not null && !(await Session.IdentifyAllAsync(kek, cancellationToken)).Contains(recipient.Kek, StringComparer.Ordinal))
        {
            throw new EnvelopeException(
                EnvelopeError.AuditLogUnusable, $"its chain is under {recipient.Kek}, and a chain under {kek} was expected.").About(path);
        }
        using var opened = await Session.UnwrapAsync([recipient], new KeySubject(ContextOf(header.Log), path), _ => true, cancellationToken);
        return Keep(question, opened.DataKey);
    }

    public void Dispose()
    {
        _known?.Key.Dispose();
        _session?.Dispose();
    }

    internal static EncryptionContext ContextOf(byte[] log) =>
        EncryptionContext.Create([new("envelopecrypto", "audit-log"), new("log", Base64UrlText.Encode(log))]);

    private KekSession Session => _session ??= open();

    private SecretBytes Keep(string question, DataKey dataKey)
    {
        var key = new SecretBytes(AuditLimits.HashSize);
        HKDF.Expand(HashAlgorithmName.SHA256, dataKey.Span, key.Span, "evc/v1 audit log"u8);
        _known?.Key.Dispose();
        _known = (question, key);
        return key;
    }

    private static string Question(byte[] log, Recipient recipient) => $"{Base64UrlText.Encode(log)} {recipient.ToText()}";
}
