using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace EnvelopeCrypto.Cli;

/// <summary>
/// Where this system keeps the certificates that it trusts. The native program brings OpenSSL along, which looks where Debian keeps them;
/// without them no key service is reached. What the user set counts alone.
/// </summary>
internal static partial class TrustedRoots
{
    private const string FileVariable = "SSL_CERT_FILE", FolderVariable = "SSL_CERT_DIR"; // openssl-env(7)

    // Debian and Alpine; Fedora and RHEL; SUSE; Alpine by its older name.
    private static readonly string[] Files =
    [
        "/etc/ssl/certs/ca-certificates.crt",
        "/etc/pki/tls/certs/ca-bundle.crt",
        "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
        "/etc/ssl/ca-bundle.pem",
        "/etc/ssl/cert.pem",
    ];

    private static readonly string[] Defaults = ["/usr/lib/ssl/certs", "/usr/lib/ssl/cert.pem"];

    /// <summary>Tells OpenSSL, before it is first used.</summary>
    public static void Find()
    {
        if (!OperatingSystem.IsLinux() || RuntimeFeature.IsDynamicCodeSupported)
            return;
        if (Environment.GetEnvironmentVariable(FileVariable) is not null || Environment.GetEnvironmentVariable(FolderVariable) is not null)
            return;
        // Not by FileSystem: what cannot be seen here could not be read by OpenSSL either, and counts as missing.
        if (Array.Exists(Defaults, Path.Exists) || Array.Find(Files, File.Exists) is not { } file)
            return;
        _ = SetVariable(FileVariable, file, replace: 0); // the system's own list, which Environment does not change
    }

    [SupportedOSPlatform("linux")]
    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetVariable(string name, string value, int replace);
}
