using EnvelopeCrypto.Body;
using EnvelopeCrypto.Format;
using EnvelopeCrypto.Keys;
using EnvelopeCrypto.Primitives;

namespace EnvelopeCrypto.Files;

/// <summary>An envelope whose data key was unwrapped and fits its body. Its stream stands at the first chunk.</summary>
internal sealed class OpenedEnvelope : IDisposable
{
    private readonly UnwrappedDataKey _key;
    private readonly Stream _input;
    private MessageKey? _messageKey;

    private OpenedEnvelope(EnvelopeHeader header, UnwrappedDataKey key, MessageKey messageKey, FileMetadata? metadata, Stream input)
    {
        Header = header;
        Metadata = metadata;
        _key = key;
        _messageKey = messageKey;
        _input = input;
    }

    public EnvelopeHeader Header { get; }

    /// <summary>Null when none was sealed.</summary>
    public FileMetadata? Metadata { get; }

    /// <summary>Its own until it is disposed.</summary>
    public DataKey DataKey => _key.DataKey;

    /// <summary>The KEK that opened it, in canonical form.</summary>
    public string OpenedBy => _key.OpenedBy.Kek;

    /// <summary>The recipient that opened it.</summary>
    public Recipient Opener => _key.OpenedBy;

    /// <summary>Reads a header, checks it against what the caller requires, unwraps the data key and opens the metadata.</summary>
    /// <remarks>KEKs that the caller has named need not be among the allowed ones.</remarks>
    /// <exception cref="EnvelopeException">
    /// What the header, the KEKs, the commitment and the metadata can fail with; ContextMismatch; WrongEnvelopeType.
    /// </exception>
    public static async ValueTask<OpenedEnvelope> OpenAsync(
        Stream input,
        EnvelopeHeader header,
        EnvelopeType type,
        EncryptionContext required,
        KekSession session,
        string? path,
        CancellationToken cancellationToken,
        IReadOnlyList<string>? named = null)
    {
        RequireType(header, type);
        RequireContext(header.Protected.Context, required);
        var preamble = CobblestoneReader.ReadPreamble(input);
        var bodyContext = header.BodyContext;
        MessageKey? messageKey = null;
        UnwrappedDataKey? key = null;
        try
        {
            key = await session.UnwrapAsync(
                header.Recipients,
                new KeySubject(header.Protected.Context, path) { Batch = header.Protected.Batch },
                dataKey => (messageKey = MessageKey.TryOpen(dataKey.Span, bodyContext, preamble)) is not null,
                cancellationToken,
                named);
            // Only now, with the commitment checked, is the metadata this file's own.
            var metadata = header.Protected.Metadata is { } meta ? FileMetadata.Open(meta, key.DataKey) : null;
            return new OpenedEnvelope(header, key, messageKey!, metadata, input);
        }
        catch
        {
            messageKey?.Dispose();
            key?.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Whether the last chunk of a file's body, where its length says that it stands, is what was written there: then the body is as long
    /// as the file says, which anyone can make longer. Reads one chunk; to be asked before the body is decrypted.
    /// </summary>
    public bool ProvesLength()
    {
        if (_input is not IPositionedInput file || Cobblestone.PlaintextLength(_input.Length - Header.Layout.BodyOffset) is not (>= 0 and var length))
            return false;
        var (index, rest) = Math.DivRem(length, Cobblestone.PlainChunkSize);
        var chunk = new byte[(int)rest + Cobblestone.TagSize];
        var offset = Header.Layout.BodyOffset + Cobblestone.PreambleSize + (index * Cobblestone.ChunkSize);
        for (var read = 0; read < chunk.Length;)
        {
            var count = file.ReadAt(offset + read, chunk.AsSpan(read));
            if (count == 0)
                return false;
            read += count;
        }
        using var plain = new SecretBytes((int)rest);
        using var cipher = _messageKey!.CreateCipher();
        return cipher.TryDecrypt(index, chunk, plain.Span);
    }

    /// <summary>Decrypts the body to <paramref name="output"/>, or to nowhere, up to its proven end. Once only.</summary>
    /// <returns>Bytes of plaintext.</returns>
    /// <exception cref="EnvelopeException">BodyDamaged, BodyTruncated, MetadataInvalid when the sealed length is another.</exception>
    public long CopyTo(Stream? output, Action<int>? progress, CancellationToken cancellationToken, CopyWorkers? workers = null)
    {
        var length = _input is SourceStream file && file.Length - file.Position < ChunkBatch.SealedSize
            ? CopyShort(output, progress, cancellationToken)
            : ParallelCopy.ToOpen(_input, output, _messageKey!, workers ?? new CopyWorkers()).Run(progress, cancellationToken);
        if (Metadata?.Length is { } sealedLength && sealedLength != length)
            throw new EnvelopeException(EnvelopeError.MetadataInvalid, $"the body has {length} bytes, but {sealedLength} were sealed.");
        return length;
    }

    private long CopyShort(Stream? output, Action<int>? progress, CancellationToken cancellationToken)
    {
        using var reader = new CobblestoneReader(_input, _messageKey!);
        _messageKey = null; // the reader has it now
        reader.CopyTo(output, progress, cancellationToken);
        return reader.PlaintextLength;
    }

    public void Dispose()
    {
        _messageKey?.Dispose();
        _key.Dispose();
    }

    private static void RequireType(EnvelopeHeader header, EnvelopeType type)
    {
        if (header.Protected.Type == type)
            return;
        throw new EnvelopeException(EnvelopeError.WrongEnvelopeType, header.Protected.Type == EnvelopeType.KekExport
            ? "this is an exported KEK, not a file."
            : "this is an encrypted file, not an exported KEK.");
    }

    private static void RequireContext(EncryptionContext context, EncryptionContext required)
    {
        if (!context.Contains(required))
        {
            throw new EnvelopeException(
                EnvelopeError.ContextMismatch,
                $"its encryption context ({(context.Count == 0 ? "none" : context)}) lacks what is required: {required}.");
        }
    }
}
