using System.Management.Automation;
using System.Reflection;
using System.Runtime.Loader;

namespace EnvelopeCrypto.PowerShell;

/// <summary>
/// Lets the process find the adapters when they are first needed, and answers for nothing else: anyone who asks for an SDK gets their own.
/// PowerShell calls it for each runspace that imports or removes the module.
/// </summary>
public sealed class ModuleInitializer : IModuleAssemblyInitializer, IModuleAssemblyCleanup
{
    private static readonly object Gate = new();
    private static readonly string Folder = Path.Combine(Path.GetDirectoryName(typeof(ModuleInitializer).Assembly.Location) ?? "", "deps");
    private static readonly Lazy<AdapterLoadContext> Adapter = new(() => new AdapterLoadContext(Folder));
    private static int _imports;

    /// <inheritdoc/>
    public void OnImport()
    {
        lock (Gate)
        {
            if (_imports++ == 0)
                AssemblyLoadContext.Default.Resolving += Resolve;
        }
    }

    /// <inheritdoc/>
    public void OnRemove(PSModuleInfo psModuleInfo)
    {
        KekProviderTable.Clear();
        lock (Gate)
        {
            if (--_imports > 0)
                return;
            AssemblyLoadContext.Default.Resolving -= Resolve;
            UnlockedKeyring.Lock();
        }
    }

    private static Assembly? Resolve(AssemblyLoadContext context, AssemblyName name) =>
        AdapterLoadContext.IsAdapter(name.Name) && File.Exists(Path.Combine(Folder, $"{name.Name}.dll"))
            ? Adapter.Value.LoadFromAssemblyName(name)
            : null;
}
