using System.Management.Automation;
using System.Net;

namespace EnvelopeCrypto.PowerShell;

/// <summary>PowerShell's credentials as .NET's, which the engine knows, and back.</summary>
internal static class RecordCredential
{
    /// <summary>The value, a PSCredential as a NetworkCredential. Its user name stays whole, DOMAIN\name too.</summary>
    /// <exception cref="EnvelopeException">ValueUnsupported: PSCredential.Empty.</exception>
    public static object? ToEngine(object? value) => value switch
    {
        PSCredential { UserName.Length: > 0 } credential => new NetworkCredential(credential.UserName, credential.Password),
        PSCredential => throw new EnvelopeException(EnvelopeError.ValueUnsupported, "the credential has no user name."),
        _ => value,
    };

    /// <summary>The value, a NetworkCredential as a PSCredential.</summary>
    public static object FromEngine(object value) => value is NetworkCredential credential
        ? new PSCredential(credential.UserName, credential.SecurePassword)
        : value;
}
