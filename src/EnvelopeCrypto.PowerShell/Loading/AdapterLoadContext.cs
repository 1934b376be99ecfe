using System.Reflection;
using System.Runtime.Loader;

namespace EnvelopeCrypto.PowerShell;

/// <summary>
/// Where the AWS adapter and its SDK live, in the module's folder <c>deps</c>: apart from all else in the process, so that another
/// module's SDK of any version disturbs neither. What is not in the folder, such as the engine, is everyone's.
/// </summary>
/// <param name="folder">The folder <c>deps</c>.</param>
internal sealed class AdapterLoadContext(string folder) : AssemblyLoadContext("EnvelopeCrypto.Aws")
{
    /// <summary>The one assembly that others may ask for.</summary>
    public const string AdapterName = "EnvelopeCrypto.Aws";

    protected override Assembly? Load(AssemblyName assemblyName)
    {
        var path = Path.Combine(folder, $"{assemblyName.Name}.dll");
        return File.Exists(path) ? LoadFromAssemblyPath(path) : null;
    }
}
