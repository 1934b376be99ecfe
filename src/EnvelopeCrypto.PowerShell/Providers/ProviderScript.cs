using System.Collections;
using System.Collections.ObjectModel;
using System.Collections.Specialized;
using System.Globalization;
using System.Management.Automation;
using System.Security.Cryptography;
using EnvelopeCrypto.Format;

namespace EnvelopeCrypto.PowerShell;

/// <summary>
/// Runs the script blocks of a provider, on the pipeline's thread. Whatever keeps one from giving an answer becomes an error: an
/// exception, an error that it writes and goes on, <c>exit</c> and <c>break</c>.
/// </summary>
/// <param name="provider">The provider.</param>
/// <param name="warn">Takes what programs that a block starts write to their error stream.</param>
internal sealed class ProviderScript(EnvelopeKekProvider provider, Action<string> warn)
{
    /// <summary>What a block gives for one of its KEKs.</summary>
    /// <param name="part">Which block.</param>
    /// <param name="block">The block.</param>
    /// <param name="id">The KEK, for the error.</param>
    /// <param name="arguments">What the block gets.</param>
    /// <exception cref="EnvelopeException">
    /// KeyServiceFailed, or what the block's failure says: see <see cref="ProviderFailure"/>.
    /// </exception>
    public IReadOnlyList<PSObject?> Run(string part, ScriptBlock block, string id, params object[] arguments)
    {
        var output = Output(part, block, id, arguments);
        var answer = new List<PSObject?>();
        foreach (var item in output)
        {
            if (item?.BaseObject is not ErrorRecord error)
                answer.Add(item);
            else if (IsOfProgram(error))
                warn(DisplayText.OneLine(error.ToString()));
            else
                throw Failed(part, id, error, output);
        }
        return answer;
    }

    private Collection<PSObject?> Output(string part, ScriptBlock block, string id, object[] arguments)
    {
        if (!provider.Running.Add((block, id)))
            throw ProviderFailure.NoAnswer(provider.Name, part, id, "its script block asks for the same again.");
        try
        {
            return Runner(arguments.Length).InvokeWithContext(functionsToDefine: null, Preferences(), [block, .. arguments]);
        }
        catch (Exception failure) when (!PipelineCalls.IsStop(failure))
        {
            throw ProviderFailure.Of(provider.Name, part, id, failure);
        }
        finally
        {
            provider.Running.Remove((block, id));
        }
    }

    private EnvelopeException Failed(string part, string id, ErrorRecord error, Collection<PSObject?> output)
    {
        // What it gave nevertheless can be a data key.
        foreach (var bytes in output.Select(item => item?.BaseObject).OfType<byte[]>())
            CryptographicOperations.ZeroMemory(bytes);
        return ProviderFailure.Of(provider.Name, part, id, error.Exception);
    }

    /// <summary>The properties of a KEK that the Describe block gives, by a table or an object; none without such a block.</summary>
    public IEnumerable<(string Name, object? Value)> Describe(string id)
    {
        const string Part = "describe a KEK";
        if (provider.Describe is null)
            return [];
        return Run(Part, provider.Describe, id, id) switch
        {
            [] or [null] => [],
            [{ BaseObject: IDictionary table }] => table.Keys.Cast<object>().Select(key => ($"{key}", table[key])),
            [{ BaseObject: not string } given] => given.Properties.Select(property => (property.Name, (object?)property.Value)),
            _ => throw ProviderFailure.NoAnswer(provider.Name, Part, id, "it gave neither one table nor one object."),
        };
    }

    /// <summary>The encryption context as a block gets it, in the order in which it is authenticated; a copy for each.</summary>
    public static OrderedDictionary TableOf(EncryptionContext context)
    {
        var table = new OrderedDictionary(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, value) in context)
            table.Add(name, value);
        return table;
    }

    // The errors come back among the output: a block of another module or with preferences of its own
    // goes on after an error, and its answer is not to be trusted then. Without a variable of its own, which would hide one of the same
    // name from the block. The caller is back where it was afterwards: its relative paths are still to come.
    private static ScriptBlock Runner(int arguments) =>
        ScriptBlock.Create(
            @"Microsoft.PowerShell.Management\Push-Location -StackName EnvelopeCrypto; try { "
            + $"& $args[0] {string.Join(' ', Enumerable.Range(1, arguments).Select(i => $"$args[{i.ToString(CultureInfo.InvariantCulture)}]"))} 2>&1"
            + @" } finally { Microsoft.PowerShell.Management\Pop-Location -StackName EnvelopeCrypto -ErrorAction Ignore }");

    // An error ends a block, and so does a program that fails: what comes after it would work with nothing.
    private static List<PSVariable> Preferences() =>
    [
        new PSVariable("ErrorActionPreference", ActionPreference.Stop),
        new PSVariable("PSNativeCommandUseErrorActionPreference", value: true),
    ];

    // Many programs write to their error stream what is none; whether one failed, its exit code says.
    private static bool IsOfProgram(ErrorRecord error) =>
        error.FullyQualifiedErrorId is "NativeCommandError" or "NativeCommandErrorMessage";
}
