using System.Globalization;
using System.Security.Cryptography;

namespace EnvelopeCrypto.Tests.Support;

/// <summary>
/// Chance that can be had again. The output of a test names its seed, and <c>ENVELOPECRYPTO_TEST_SEED</c> gives it back.
/// </summary>
internal static class Chance
{
    private const string Variable = "ENVELOPECRYPTO_TEST_SEED";

    /// <summary>Another seed in every run; its line stands in the output of a test that failed.</summary>
    public static Random New() => new(Seed());

    /// <summary>The seed alone, for a test that makes several of it.</summary>
    public static int Seed()
    {
        var seed = Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } given
            ? int.Parse(given, CultureInfo.InvariantCulture)
            : RandomNumberGenerator.GetInt32(int.MaxValue);
        TestContext.Current.TestOutputHelper?.WriteLine($"{Variable}={seed}");
        return seed;
    }
}
