using EnvelopeCrypto.Body;
using EnvelopeCrypto.Format;
using EnvelopeCrypto.KeyPairs;
using EnvelopeCrypto.Keys;
using EnvelopeCrypto.Keys.Pairs;
using EnvelopeCrypto.Keys.Secrets;
using EnvelopeCrypto.Primitives;

namespace EnvelopeCrypto.Tests.Interop;

/// <summary>Opens an envelope in memory with the engine's own parts, its body by both of its readers.</summary>
internal static class EngineReader
{
    /// <param name="envelope">All of its bytes.</param>
    /// <param name="unwrap">Unwraps one recipient; null when it has no key for it.</param>
    /// <returns>Header, plaintext and the metadata's JSON, empty when there is none.</returns>
    public static (EnvelopeHeader Header, byte[] Plaintext, byte[] Metadata) Open(
        byte[] envelope, Func<Recipient, EncryptionContext, DataKey?> unwrap)
    {
        using var input = new MemoryStream(envelope);
        var header = EnvelopeHeader.Read(input);
        if (header.Protected.Type != EnvelopeType.File)
            throw new EnvelopeException(EnvelopeError.WrongEnvelopeType, "this envelope holds no file.");
        var body = envelope[header.Layout.BodyOffset..];
        var failure = new EnvelopeException(EnvelopeError.NoRecipientOpened, "no recipient is for these keys.");
        foreach (var recipient in header.Recipients)
        {
            try
            {
                using var dataKey = unwrap(recipient, header.Protected.Context);
                if (dataKey is not null)
                    return (header, OpenBody(body, dataKey, header.BodyContext), OpenMetadata(header.Protected.Metadata, dataKey));
            }
            catch (EnvelopeException reason) when (reason.Error is EnvelopeError.WrappedKeyInvalid or EnvelopeError.CommitmentMismatch)
            {
                failure = reason;
            }
        }
        throw failure;
    }

    /// <summary>Unwraps what a local KEK of these bytes wrapped.</summary>
    public static Func<Recipient, EncryptionContext, DataKey?> LocalKey(byte[] kek) => (recipient, context) =>
    {
        using var secret = new SecretBytes(kek);
        return recipient.Algorithm == RecipientAlgorithm.Local ? SealedWrap.Unwrap(secret, recipient, context) : null;
    };

    /// <summary>Unwraps what the public half of this seed wrapped.</summary>
    public static Func<Recipient, EncryptionContext, DataKey?> PairSeed(byte[] seed) => (recipient, context) =>
    {
        using var half = new XWing().OpenPrivateHalf(seed);
        return recipient.Kid == KeyPairFormat.KidOf(half.PublicHalf) ? PairWrap.Unwrap(half, recipient, context) : null;
    };

    public static Func<Recipient, EncryptionContext, DataKey?> Passphrase(string passphrase) => (recipient, context) =>
    {
        if (recipient.Algorithm != RecipientAlgorithm.Passphrase)
            return null;
        using var normal = KeyDerivation.Normalize(passphrase);
        using var kek = KeyDerivation.Derive(normal, recipient.Salt.Span, recipient.Iterations);
        return SealedWrap.Unwrap(kek, recipient, context);
    };

    private static byte[] OpenBody(byte[] body, DataKey dataKey, byte[] context)
    {
        var streamed = Verdict(() => ReadStream(body, dataKey, context));
        var random = Verdict(() => ReadBackwards(body, dataKey, context));
        Assert.Equal(streamed.Failure?.Error, random.Failure?.Error);
        if (streamed.Failure is not null)
            throw streamed.Failure;
        Assert.Equal(streamed.Plaintext, random.Plaintext);
        return streamed.Plaintext!;
    }

    private static (byte[]? Plaintext, EnvelopeException? Failure) Verdict(Func<byte[]> read)
    {
        try
        {
            return (read(), null);
        }
        catch (EnvelopeException failure)
        {
            return (null, failure);
        }
    }

    private static byte[] ReadStream(byte[] body, DataKey dataKey, byte[] context)
    {
        using var reader = CobblestoneReader.Open(new MemoryStream(body), dataKey.Span, context);
        using var plaintext = new MemoryStream();
        reader.CopyTo(plaintext, progress: null, CancellationToken.None);
        return plaintext.ToArray();
    }

    private static byte[] ReadBackwards(byte[] body, DataKey dataKey, byte[] context)
    {
        int ReadAt(long offset, Span<byte> destination)
        {
            var count = (int)Math.Clamp(body.Length - offset, 0, destination.Length);
            body.AsSpan((int)offset, count).CopyTo(destination);
            return count;
        }

        using var reader = new CobblestoneRandomReader(ReadAt, 0, body.Length, dataKey.Span, context);
        var plaintext = new byte[reader.Length];
        for (var start = plaintext.Length / Cobblestone.PlainChunkSize * Cobblestone.PlainChunkSize; start >= 0; start -= Cobblestone.PlainChunkSize)
            reader.Read(start, plaintext.AsSpan(start));
        return plaintext;
    }

    private static byte[] OpenMetadata(byte[]? metadata, DataKey dataKey)
    {
        if (metadata is null)
            return [];
        var plaintext = new byte[metadata.Length - Cobblestone.PreambleSize - Cobblestone.TagSize];
        Assert.True(Cobblestone.TryOpen(dataKey.Span, "evc/v1 metadata"u8, metadata, plaintext));
        return plaintext;
    }
}
