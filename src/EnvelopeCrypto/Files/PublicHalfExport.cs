using System.Text;
using EnvelopeCrypto.Disk;
using EnvelopeCrypto.Keys.Local;
using EnvelopeCrypto.Keys.Pairs;

namespace EnvelopeCrypto.Files;

/// <summary>
/// The public half of a key pair as a PEM file, for hosts that are to encrypt and not to decrypt. It is not a secret: others may read it.
/// </summary>
internal static class PublicHalfExport
{
    /// <summary>What a file is called where only its folder was named.</summary>
    public static string NameFor(string kek) => $"{kek}.pem";

    /// <summary>Looks whether it could be made.</summary>
    /// <exception cref="EnvelopeException">KekNotFound, KekUnsuitable, DestinationExists.</exception>
    public static void Preview(LocalKeyring keyring, string name, string destination, bool force)
    {
        keyring.ReadPublicHalf(name);
        OutputFile.RequireFree(FileSystem.Default, destination, force);
    }

    /// <summary>Writes the public half of the version that wraps now.</summary>
    /// <returns>The kid of what was written, <c>pub:sha256:HEX</c>, and its version.</returns>
    /// <exception cref="EnvelopeException">KekNotFound, KekUnsuitable, DestinationExists and whatever the disk can fail with.</exception>
    public static (FileResult Result, KekVersionInfo Version) Write(LocalKeyring keyring, string name, string destination, bool force)
    {
        var (kek, publicHalf) = keyring.ReadPublicHalf(name);
        var pem = Encoding.ASCII.GetBytes(KeyPairFormat.ToPem(publicHalf));
        using var output = OutputFile.Create(FileSystem.Default, destination, force);
        output.Write(pem);
        output.Publish(
            modified: null,
            OperatingSystem.IsWindows() ? null : UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead,
            flush: true);
        var result = new FileResult
        {
            Status = FileOutcome.Exported,
            SourcePath = kek.Reference,
            FullName = Path.GetFullPath(destination),
            Length = pem.Length,
            Kek = [KeyPairFormat.KidOf(publicHalf)],
            PostQuantum = true,
        };
        return (result, kek.Versions.Single(version => version.IsCurrent));
    }
}
