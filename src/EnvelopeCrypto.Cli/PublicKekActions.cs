using System.Text.Json.Nodes;
using EnvelopeCrypto.Keys;

namespace EnvelopeCrypto.Cli;

/// <summary>What <c>envelope kek</c> does with the public half of a key pair and with a certificate: it shows what they are.</summary>
internal static class PublicKekActions
{
    public static async Task ListAsync(KekReference reference, Invocation run)
    {
        using var session = run.SessionOptions().Open();
        var kek = await PublicKek.ReadAsync(session, reference, run.Stop);
        List<string> parts = [reference.ToString(), kek.Kek];
        if (kek.IsKeyPair)
        {
            parts.Add($"key id {kek.KeyId}");
            parts.Add("post-quantum");
            parts.Add(kek.PrivateHalf is { } name ? $"private half here: {name}" : "private half not here");
        }
        run.Report.Result(string.Join("  ", parts), () => new JsonObject
        {
            ["status"] = null,
            ["source"] = reference.Text,
            ["kek"] = kek.Kek,
            ["keyId"] = kek.KeyId,
            ["keyPair"] = kek.IsKeyPair,
            ["postQuantum"] = kek.IsPostQuantum,
            ["privateHalf"] = kek.PrivateHalf,
        });
    }
}
