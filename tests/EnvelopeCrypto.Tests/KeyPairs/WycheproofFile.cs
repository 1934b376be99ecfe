using System.Text.Json;
using EnvelopeCrypto.Tests.Support;

namespace EnvelopeCrypto.Tests.KeyPairs;

/// <summary>The tests of one of Wycheproof's files, whatever their group. See CONTRIBUTING.md.</summary>
internal static class WycheproofFile
{
    public static IReadOnlyList<JsonElement> Tests(string name)
    {
        using var file = JsonDocument.Parse(File.ReadAllBytes(TestVectors.Require("wycheproof", name)));
        return
        [
            .. file.RootElement.GetProperty("testGroups").EnumerateArray()
                .SelectMany(group => group.GetProperty("tests").EnumerateArray()).Select(test => test.Clone()),
        ];
    }

    public static string Text(this JsonElement test, string name) => test.GetProperty(name).GetString()!;

    public static byte[] Bytes(this JsonElement test, string name) => Convert.FromHexString(test.Text(name));

    public static bool HasFlag(this JsonElement test, string flag) =>
        test.GetProperty("flags").EnumerateArray().Any(element => element.GetString() == flag);
}
