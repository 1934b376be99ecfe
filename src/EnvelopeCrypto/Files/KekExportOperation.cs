using EnvelopeCrypto.Body;
using EnvelopeCrypto.Disk;
using EnvelopeCrypto.Format;
using EnvelopeCrypto.Keys;
using EnvelopeCrypto.Keys.Local;
using EnvelopeCrypto.Primitives;

namespace EnvelopeCrypto.Files;

/// <summary>
/// The backup of a local KEK: an envelope of type <c>kek-export</c> under a passphrase or certificate, which only an import reads.
/// </summary>
internal sealed class KekExportOperation
{
    private readonly KekSession _session;
    private readonly LocalKeyring _keyring;
    private readonly FileSystem _files;

    /// <summary>An operation on this machine's file system.</summary>
    public KekExportOperation(KekSession session, LocalKeyring keyring)
        : this(session, keyring, FileSystem.Default)
    {
    }

    internal KekExportOperation(KekSession session, LocalKeyring keyring, FileSystem files)
    {
        _session = session;
        _keyring = keyring;
        _files = files;
    }

    /// <summary>Looks whether an export could be made, as far as that is known without unlocking, asking or writing anything.</summary>
    /// <returns>The canonical forms of what would open the backup.</returns>
    /// <exception cref="EnvelopeException">As for the export.</exception>
    internal async ValueTask<IReadOnlyList<string>> PreviewAsync(
        string name, IReadOnlyList<KekReference> keks, string destination, bool force, CancellationToken cancellationToken)
    {
        _keyring.Get(name);
        await RequireElsewhereAsync(keks, cancellationToken);
        OutputFile.RequireFree(_files, destination, force);
        return await _session.PreviewAsync(keks, cancellationToken);
    }

    /// <summary>Writes a KEK with all its versions into a file of mode 0600, and onto the disk.</summary>
    /// <param name="name">The KEK's name in the keyring, without <c>local:</c>.</param>
    /// <param name="keks">
    /// What opens the backup: passphrases, certificates, KMS keys; no local KEK, which would be lost together with this one.
    /// </param>
    /// <param name="destination">The file.</param>
    /// <param name="force">Replace a file that exists.</param>
    /// <param name="cancellationToken">Stops the work; nothing is left then.</param>
    /// <exception cref="EnvelopeException">
    /// KekNotFound, KekReferenceInvalid, DestinationExists and whatever keys and disk can fail with.
    /// </exception>
    public async Task<FileResult> ExportAsync(
        string name, IReadOnlyList<KekReference> keks, string destination, bool force, CancellationToken cancellationToken)
    {
        await RequireElsewhereAsync(keks, cancellationToken);
        using var backup = await _session.ManageAsync(
            KekOperation.Export, $"local:{name}", () => ValueTask.FromResult(_keyring.ReadBackup(name)), cancellationToken);
        using var json = backup.ToJson();
        using var output = OutputFile.Create(_files, destination, force);
        var context = EncryptionContext.Create([new("kek", backup.Reference)]);
        await using var input = new SecretStream(json);
        var content = new EnvelopeContent(EnvelopeType.KekExport, context, Metadata: null, input, json.Length);
        using var key = await EnvelopeKey.GenerateAsync(
            _session, await _session.OpenAsync(keks, cancellationToken), new KeySubject(context, destination), cancellationToken);
        var (header, length) = new EnvelopeWriter(TimeProvider.System, new CopyWorkers()).Write(
            content, key, output, progress: null, cancellationToken);
        // It may be the only copy by tomorrow, when the KEK is removed: it has its name only after it was read from the disk and opened.
        var release = new EnvelopeLock.Release(Flush: true, AlwaysLocked: true, LastLook: () => RequireReadsBack(output, header, key, json));
        using var mine = await new EnvelopeLock(_files, TimeProvider.System).PublishAsync(output, destination, release, cancellationToken);
        _keyring.RecordExport(name, backup.Versions, cancellationToken);
        return new FileResult
        {
            Status = FileOutcome.Exported,
            SourcePath = backup.Reference,
            FullName = Path.GetFullPath(destination),
            Length = length,
            Kek = [.. header.Recipients.Select(recipient => recipient.Kek)],
            PostQuantum = header.Recipients.All(recipient => recipient.IsPostQuantum),
        };
    }

    /// <summary>
    /// Brings a KEK back. Versions that the keyring lacks are added; which one is newest does not change. Anyone who can wrap for what
    /// opens the backup could have made it: a certificate is public.
    /// </summary>
    /// <exception cref="EnvelopeException">
    /// WrongEnvelopeType, KekExists and whatever opening an envelope and the keyring can fail with.
    /// </exception>
    public async Task<KekRestoration> ImportAsync(string source, KekProtection? protection, CancellationToken cancellationToken)
    {
        using var import = await OpenAsync(source, cancellationToken);
        return await RestoreAsync(import, source, protection, cancellationToken);
    }

    /// <summary>Opens a backup, so that what it holds can be looked at before it comes into the keyring. The caller disposes it.</summary>
    /// <exception cref="EnvelopeException">WrongEnvelopeType and whatever opening an envelope can fail with.</exception>
    internal async Task<KekImport> OpenAsync(string source, CancellationToken cancellationToken)
    {
        try
        {
            return await ReadAsync(source, cancellationToken);
        }
        catch (Exception failure) when (DiskFailure.IsKnown(failure))
        {
            throw DiskFailure.WhileReading(source, failure);
        }
    }

    /// <summary>Brings the KEK of a backup back that was opened.</summary>
    /// <exception cref="EnvelopeException">KekExists and whatever the keyring can fail with.</exception>
    internal static async Task<KekRestoration> RestoreAsync(
        KekImport import, string source, KekProtection? protection, CancellationToken cancellationToken)
    {
        try
        {
            return await import.RestoreAsync(protection, cancellationToken);
        }
        catch (EnvelopeException failure)
        {
            throw failure.About(source);
        }
    }

    private async ValueTask RequireElsewhereAsync(IReadOnlyList<KekReference> keks, CancellationToken cancellationToken)
    {
        foreach (var kek in keks)
        {
            // The public half of a pair whose private half is in this keyring is no better than that pair's name.
            if (kek.Kind == KekKind.Local
                || (kek.Kind == KekKind.PublicKey && _session.IsInKeyring(await _session.IdentifyAsync(kek, cancellationToken))))
            {
                throw new EnvelopeException(
                    EnvelopeError.KekReferenceInvalid,
                    $"{kek} cannot protect a backup: it is lost when the keyring is. Name a passphrase, a certificate or a key of AWS KMS.");
            }
        }
    }

    /// <exception cref="EnvelopeException">OutputFailed: the disk keeps something else than what was written.</exception>
    private void RequireReadsBack(OutputFile output, EnvelopeHeader header, EnvelopeKey key, SecretBytes json)
    {
        _files.Forget(output.Handle);
        var bytes = new byte[output.Length];
        for (int done = 0, count; done < bytes.Length; done += count)
        {
            count = _files.Read(output.Handle, done, bytes.AsSpan(done));
            if (count == 0)
                throw DoesNotReadBack();
        }
        try
        {
            using var file = new MemoryStream(bytes);
            var there = EnvelopeHeader.Read(file);
            using var body = CobblestoneReader.Open(file, key.DataKey.Span, there.BodyContext);
            using var opened = new SecretBytes(json.Length);
            using var target = new SecretStream(opened);
            body.CopyTo(target, progress: null, CancellationToken.None);
            if (there.Bytes.Span.SequenceEqual(header.Bytes.Span) && opened.Span.SequenceEqual(json.Span))
                return;
        }
        catch (EnvelopeException failure) when (failure.Error != EnvelopeError.OutputFailed)
        {
            throw DoesNotReadBack(failure);
        }
        throw DoesNotReadBack();
    }

    private static EnvelopeException DoesNotReadBack(Exception? inner = null) => new(
        EnvelopeError.OutputFailed, "the backup does not read back from the disk, which may be full or failing; nothing was exported.",
        inner);

    private async ValueTask<KekImport> ReadAsync(string source, CancellationToken cancellationToken)
    {
        using var input = SourceFile.Open(_files, source);
        var header = await input.ReadHeaderAsync(cancellationToken);
        using var envelope = await OpenedEnvelope.OpenAsync(
            input.Stream, header, EnvelopeType.KekExport, EncryptionContext.Empty, _session, source, cancellationToken);
        return new KekImport(_session, _keyring, Read(envelope, progress: null, out _, cancellationToken), envelope.Opener);
    }

    /// <summary>The KEK in an envelope that was opened: all of it is read, up to its proven end, and must be a sound backup.</summary>
    /// <param name="envelope">Of type <c>kek-export</c>.</param>
    /// <param name="progress">Is told how many bytes more are done.</param>
    /// <param name="length">Bytes of plaintext.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="EnvelopeException">HeaderInvalid, UnsupportedVersion: it holds no KEK; BodyDamaged, BodyTruncated.</exception>
    internal static KekBackup Read(OpenedEnvelope envelope, Action<int>? progress, out long length, CancellationToken cancellationToken)
    {
        using var json = new SecretBytes(KekBackup.MaxLength);
        using var output = new SecretStream(json, KekBackup.TooLong);
        length = envelope.CopyTo(output, progress, cancellationToken);
        return KekBackup.Parse(json.Span[..(int)length]);
    }
}
