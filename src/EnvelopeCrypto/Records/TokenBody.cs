using System.Security.Cryptography;
using EnvelopeCrypto.Body;
using EnvelopeCrypto.Primitives;

namespace EnvelopeCrypto.Records;

/// <summary>A token's body: one Cobblestone-256 message, nearly always of a single chunk.</summary>
internal static class TokenBody
{
    public static byte[] Seal(ReadOnlySpan<byte> key, byte[] context, ReadOnlySpan<byte> plaintext, RandomSource random)
    {
        if (plaintext.Length < Cobblestone.PlainChunkSize)
            return Cobblestone.Seal(key, context, plaintext, random);
        using var message = new MemoryStream((int)Cobblestone.MessageLength(plaintext.Length));
        using var writer = new CobblestoneWriter(message, key, context, random);
        writer.Write(plaintext);
        writer.Complete();
        return message.ToArray();
    }

    /// <summary>The value of a message; null when the key or the context is not the one that it was made with.</summary>
    /// <exception cref="EnvelopeException">BodyDamaged, BodyTruncated; TokenInvalid for what is not a value of that type.</exception>
    public static object? TryOpen(ReadOnlySpan<byte> key, byte[] context, byte[] message, RecordValueType type)
    {
        var plaintext = new byte[Cobblestone.PlaintextLength(message.Length)];
        try
        {
            var isShort = plaintext.Length < Cobblestone.PlainChunkSize;
            if (!isShort || !Cobblestone.TryOpen(key, context, message, plaintext))
            {
                if (!Fits(key, context, message))
                    return null;
                if (isShort)
                    throw new EnvelopeException(EnvelopeError.BodyDamaged, "the token's body was changed, or cut off.");
                OpenLong(key, context, message, plaintext);
            }
            return RecordValue.Decode(type, plaintext);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(plaintext);
        }
    }

    /// <summary>Whether the message was made with this key and context.</summary>
    public static bool Fits(ReadOnlySpan<byte> key, byte[] context, byte[] message) =>
        Cobblestone.Commits(key, context, message.AsSpan(0, Cobblestone.PreambleSize));

    private static void OpenLong(ReadOnlySpan<byte> key, byte[] context, byte[] message, byte[] plaintext)
    {
        using var reader = CobblestoneReader.Open(new MemoryStream(message), key, context);
        using var output = new MemoryStream(plaintext);
        reader.CopyTo(output, progress: null, CancellationToken.None);
    }
}
