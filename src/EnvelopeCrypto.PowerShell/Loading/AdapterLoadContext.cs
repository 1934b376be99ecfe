using System.Reflection;
using System.Runtime.Loader;

namespace EnvelopeCrypto.PowerShell;

/// <summary>
/// Where the adapters and their libraries live, in the module's folder <c>deps</c>: apart from all else in the process, so that another
/// module's AWS SDK or BouncyCastle of any version disturbs neither. What is not in the folder, such as the engine, is everyone's.
/// </summary>
/// <param name="folder">The folder <c>deps</c>.</param>
internal sealed class AdapterLoadContext(string folder) : AssemblyLoadContext("EnvelopeCrypto adapters")
{
    /// <summary>Whether others may ask for an assembly: for the adapters alone.</summary>
    public static bool IsAdapter(string? name) => name is "EnvelopeCrypto.Aws" or "EnvelopeCrypto.KeyPairs";

    protected override Assembly? Load(AssemblyName assemblyName)
    {
        var path = Path.Combine(folder, $"{assemblyName.Name}.dll");
        return File.Exists(path) ? LoadFromAssemblyPath(path) : null;
    }
}
