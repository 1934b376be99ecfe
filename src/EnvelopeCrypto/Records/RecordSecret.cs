using System.Buffers.Binary;
using System.Net;
using System.Runtime.InteropServices;
using System.Security;
using System.Security.Cryptography;
using System.Text;
using EnvelopeCrypto.Primitives;

namespace EnvelopeCrypto.Records;

/// <summary>
/// Secret values as bytes and back, without a string between. A SecureString is its text in UTF-8; a credential is
/// <c>{ u32 length of the user name | user name | password }</c>, both in UTF-8. What is copied on the way is zeroed.
/// </summary>
internal static class RecordSecret
{
    /// <summary>UTF-16 code units of the longest text that a SecureString holds.</summary>
    public const int MaxLetters = 65_536;

    private const int LengthSize = sizeof(uint);

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The text; the caller zeroes it.</summary>
    /// <exception cref="EnvelopeException">ValueUnsupported: the text is not sound Unicode.</exception>
    public static byte[] Encode(SecureString secret)
    {
        var letters = SecretText.ToChars(secret);
        try
        {
            return Utf8.GetBytes(letters);
        }
        catch (EncoderFallbackException)
        {
            throw new EnvelopeException(
                EnvelopeError.ValueUnsupported, "the SecureString is not sound Unicode: it has half of a surrogate pair.");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(letters.AsSpan()));
        }
    }

    /// <summary>User name and password; the caller zeroes them.</summary>
    /// <exception cref="EnvelopeException">ValueUnsupported.</exception>
    public static byte[] Encode(NetworkCredential credential)
    {
        if (credential.UserName.Length == 0)
            throw new EnvelopeException(EnvelopeError.ValueUnsupported, "the credential has no user name.");
        if (credential.Domain.Length > 0)
            throw new EnvelopeException(EnvelopeError.ValueUnsupported, @"a token holds no domain of its own: make it part of the user name, DOMAIN\name.");
        var name = RecordValue.TextBytes(credential.UserName);
        using var secret = credential.SecurePassword;
        var password = Encode(secret);
        try
        {
            var length = LengthSize + name.Length + password.Length;
            if (length > RecordValue.MaxLength)
                throw RecordValue.TooLong(length);
            var bytes = new byte[length];
            BinaryPrimitives.WriteUInt32BigEndian(bytes, (uint)name.Length);
            name.CopyTo(bytes, LengthSize);
            password.CopyTo(bytes, LengthSize + name.Length);
            return bytes;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(password);
        }
    }

    /// <summary>The SecureString of bytes that were authenticated, read-only.</summary>
    /// <exception cref="ArgumentException">The bytes are not UTF-8, or too many.</exception>
    public static unsafe SecureString DecodeText(ReadOnlySpan<byte> bytes)
    {
        var letters = new char[Utf8.GetCharCount(bytes)];
        try
        {
            Utf8.GetChars(bytes, letters);
            fixed (char* first = letters)
            {
                var secret = letters.Length == 0 ? new SecureString() : new SecureString(first, letters.Length);
                secret.MakeReadOnly();
                return secret;
            }
        }
        finally
        {
            CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(letters.AsSpan()));
        }
    }

    /// <summary>The credential of bytes that were authenticated.</summary>
    /// <exception cref="ArgumentException">The bytes are not a name and a password.</exception>
    public static NetworkCredential DecodeCredential(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < LengthSize)
            throw new ArgumentException("It has no user name.", nameof(bytes));
        var nameLength = BinaryPrimitives.ReadUInt32BigEndian(bytes);
        if (nameLength == 0 || nameLength > bytes.Length - LengthSize)
            throw new ArgumentException("Its user name is empty, or longer than the value.", nameof(bytes));
        var name = Utf8.GetString(bytes.Slice(LengthSize, (int)nameLength));
        using var password = DecodeText(bytes[(LengthSize + (int)nameLength)..]);
        return new NetworkCredential(name, password); // it keeps a copy
    }
}
