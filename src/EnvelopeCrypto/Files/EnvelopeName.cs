using System.Security.Cryptography;
using System.Text;

namespace EnvelopeCrypto.Files;

/// <summary>From a file's name to its envelope's, and back.</summary>
internal static class EnvelopeName
{
    /// <summary>What an envelope's name ends in.</summary>
    public const string Extension = ".evc";

    private const string LockExtension = ".lock";
    private const int MaxNameLength = 255;

    /// <summary><c>x.sql</c> becomes <c>x.sql.evc</c>.</summary>
    /// <exception cref="EnvelopeException">NameTooLong.</exception>
    public static string ForEnvelope(string path)
    {
        RequireShort(path + Extension);
        return path + Extension;
    }

    /// <summary><c>x.sql.evc</c> becomes <c>x.sql</c>.</summary>
    /// <exception cref="EnvelopeException">DestinationRequired.</exception>
    public static string ForPlaintext(string path)
    {
        var name = Path.GetFileName(path);
        if (name.Length <= Extension.Length || !name.EndsWith(Extension, StringComparison.OrdinalIgnoreCase))
        {
            throw new EnvelopeException(
                EnvelopeError.DestinationRequired,
                $"its name does not end in {Extension}, which would give the output its name.").About(path);
        }
        return path[..^Extension.Length];
    }

    /// <summary>Whether the name of the plaintext follows from an envelope's name; else only the sealed one says it.</summary>
    internal static bool TellsPlaintext(string path) => SourceOf(Path.GetFileName(path)).Length > 0;

    /// <summary>
    /// The same as <see cref="ForPlaintext"/>; where no name follows, the envelope's own, which the sealed one is to replace.
    /// </summary>
    internal static string ForPlaintextOrSealed(string path) => TellsPlaintext(path) ? ForPlaintext(path) : path;

    /// <summary>The name of the file from whose name that of an envelope follows; empty when it follows from none.</summary>
    internal static string SourceOf(string name) =>
        name.EndsWith(Extension, StringComparison.OrdinalIgnoreCase) ? name[..^Extension.Length] : "";

    /// <summary>
    /// The lock file of an envelope, in its folder: <c>NAME.evc.lock</c>; a hash of the name where that is too
    /// long, or where the envelope has another name: <c>app.lock</c> beside <c>app</c> can be a program's own.
    /// </summary>
    internal static string LockFor(string path)
    {
        var name = Path.GetFileName(path);
        var isPlain = name.EndsWith(Extension, StringComparison.OrdinalIgnoreCase) && Length(name) + LockExtension.Length <= MaxNameLength;
        return Path.Join(Path.GetDirectoryName(path), isPlain ? name + LockExtension : $".envelope-{HashOf(name)}{LockExtension}");
    }

    // Without regard to case: where that makes no difference to a name, its lock must be the same.
    private static string HashOf(string name) =>
        Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(name.ToLowerInvariant()))).ToLowerInvariant()[..32];

    private static int Length(string name) => OperatingSystem.IsWindows() ? name.Length : Encoding.UTF8.GetByteCount(name);

    private static void RequireShort(string path)
    {
        var length = Length(Path.GetFileName(path));
        if (length > MaxNameLength)
        {
            throw new EnvelopeException(
                EnvelopeError.NameTooLong,
                $"with {Extension} its name would be {length} long, and {MaxNameLength} is the most.").About(path);
        }
    }
}
