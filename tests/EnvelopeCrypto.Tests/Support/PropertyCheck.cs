using FsCheck;
using FsCheck.Fluent;

namespace EnvelopeCrypto.Tests.Support;

internal static class PropertyCheck
{
    /// <summary>Tries a property on random inputs. A failure throws, with the input and the seed that makes it again.</summary>
    public static void Holds(this Property property, int times) =>
        property.Check(Config.QuickThrowOnFailure.WithMaxTest(times).WithQuietOnSuccess(true));
}
