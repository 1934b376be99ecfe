using System.Diagnostics;
using EnvelopeCrypto.Body;
using EnvelopeCrypto.Format;
using EnvelopeCrypto.Primitives;

namespace EnvelopeCrypto.Keys.Local;

/// <summary>A KEK taken out of the keyring, with all its keys, for an export or from one. Zeroed on dispose; never shown.</summary>
[DebuggerDisplay("(backup of {Reference})")]
internal sealed class KekBackup : IDisposable
{
    /// <summary>As for a file of the keyring, which is never shorter.</summary>
    internal const int MaxLength = 1024 * 1024;

    private const string What = "KEK backup";

    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    private readonly KekFile _file;

    internal KekBackup(KekFile file)
    {
        Debug.Assert(file.Protection is null && file.Versions.All(version => version.Key.Length == Cobblestone.KeySize));
        _file = file;
    }

    /// <summary>Canonical form: <c>local:NAME</c>.</summary>
    public string Reference => _file.Reference;

    /// <summary>The same without <c>local:</c>.</summary>
    public string Name => _file.Name;

    /// <summary>The versions, without their keys, by number.</summary>
    public IReadOnlyList<KekVersionInfo> Versions => _file.ToInfo(_file.Versions);

    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    internal KekFile File => _file;

    /// <summary>Reads what <see cref="ToJson"/> wrote; the caller zeroes it.</summary>
    /// <exception cref="EnvelopeException">HeaderInvalid, UnsupportedVersion.</exception>
    internal static KekBackup Parse(ReadOnlySpan<byte> json) => json.Length <= MaxLength
        ? new(KekFile.Parse(json, What, isBackup: true))
        : throw TooLong();

    internal static EnvelopeException TooLong() => CanonicalJson.Invalid(What, "is longer than 1 MiB");

    /// <summary>Canonical JSON with the plain keys in it. The caller disposes it.</summary>
    internal SecretBytes ToJson() => _file.ToJson();

    /// <inheritdoc/>
    public override string ToString() => $"(backup of {Reference})";

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();
}
