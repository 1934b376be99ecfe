using System.Xml.Linq;

[assembly: AssemblyFixture(typeof(EnvelopeCrypto.Tests.Support.UnprivilegedUser))]

namespace EnvelopeCrypto.Tests.Support;

/// <summary>
/// For tests of what a user may not do, which root cannot run: no mode binds root. When the tests are root, those with the trait
/// <see cref="Trait"/> = <see cref="Value"/> run in one process of a user without rights, and each takes its result from there.
/// </summary>
public sealed class UnprivilegedUser : IDisposable
{
    public const string Trait = "User";
    public const string Value = "unprivileged";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private readonly Lazy<(UnprivilegedPlace? Place, string Reason)> _place =
        new(() => (UnprivilegedPlace.TryMake(out var reason), reason));

    private readonly Lazy<Dictionary<string, XElement>> _results;

    public UnprivilegedUser() => _results = new(Run);

    /// <summary>
    /// False when this process is of such a user: the test has to run here. True when the test has passed as one, and is done. It fails
    /// when it failed there, and is skipped, with the reason, where root cannot become another user.
    /// </summary>
    public bool HasPassed()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Modes are Unix's.");
        if (!UnixTool.IsRoot)
            return false;
        RequirePlace();
        var name = TestContext.Current.Test!.TestDisplayName;
        Assert.True(_results.Value.TryGetValue(name, out var result), $"The user without rights ran no test of this name: {name}");
        var outcome = (string?)result.Attribute("result");
        Assert.SkipWhen(outcome == "Skip", (string?)result.Element("reason") ?? "");
        Assert.True(outcome == "Pass", $"As a user without rights: {result}");
        return true;
    }

    /// <summary>From where this user runs programs; a test that needs it is skipped, with the reason, where there is none.</summary>
    internal UnprivilegedPlace RequirePlace()
    {
        Assert.SkipWhen(_place.Value.Place is null, _place.Value.Reason);
        return _place.Value.Place;
    }

    public void Dispose()
    {
        if (_place.IsValueCreated)
            _place.Value.Place?.Dispose();
    }

    private Dictionary<string, XElement> Run()
    {
        var place = RequirePlace();
        var file = Path.Combine(place.Temporary, "results.xml");
        var (program, arguments) =
            place.Command("EnvelopeCrypto.Tests.dll", "-trait", $"{Trait}={Value}", "-xml", file, "-noAutoReporters", "-noColor");
        using var process = UnixTool.Start(program, arguments);
        process.StandardInput.Close();
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEndAsync();
        if (!process.WaitForExit(Patience))
            process.Kill(entireProcessTree: true);
        Assert.True(File.Exists(file), $"The user without rights could not run the tests: {output.Result}{errors.Result}");
        return XDocument.Load(file).Descendants("test").ToDictionary(test => (string)test.Attribute("name")!, StringComparer.Ordinal);
    }
}
