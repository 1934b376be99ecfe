using System.Security.Cryptography;
using System.Text.RegularExpressions;

namespace EnvelopeCrypto.KmsServer.Keys;

/// <summary>All keys and aliases, of every Region and account. Not safe for threads: the server takes one call at a time.</summary>
internal sealed partial class KeyStore(TimeProvider clock)
{
    private readonly Dictionary<string, KmsKey> _keys = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, KmsAlias> _aliases = new(StringComparer.Ordinal);

    public DateTimeOffset Now => clock.GetUtcNow();

    public void Add(KmsKey key) => _keys.Add(key.Arn.ToString(), key);

    public static string NewId(bool multiRegion) =>
        multiRegion ? "mrk-" + Convert.ToHexString(RandomNumberGenerator.GetBytes(16)).ToLowerInvariant() : Guid.NewGuid().ToString("D");

    /// <summary>The keys of an account in a Region, by id.</summary>
    public IEnumerable<KmsKey> KeysOf(string account, string region) =>
        _keys.Values.Where(key => key.Arn.Account == account && key.Arn.Region == region).OrderBy(
            key => key.Arn.Id, StringComparer.Ordinal);

    public IEnumerable<KmsKey> ReplicasOf(KmsKey primary) => _keys.Values.Where(key => key.Primary == primary);

    public IEnumerable<KmsAlias> AliasesOf(string account, string region) =>
        _aliases.Values.Where(alias => alias.Arn.Account == account && alias.Arn.Region == region);

    public KmsAlias? FindAlias(KmsArn arn) => _aliases.GetValueOrDefault(arn.ToString());

    public void SetAlias(KmsAlias alias) => _aliases[alias.Arn.ToString()] = alias;

    public void RemoveAlias(KmsArn arn) => _aliases.Remove(arn.ToString());

    public KmsKey? FindKey(KmsArn arn) => Alive(_keys.GetValueOrDefault(arn.ToString()));

    /// <summary>The key in <paramref name="region"/> that made a ciphertext; of any account, since a ciphertext names its own.</summary>
    public KmsKey? FindKeyOfMaterial(byte[] materialId, string region) =>
        Alive(_keys.Values.FirstOrDefault(key => key.Arn.Region == region && key.Material.Find(materialId) is not null));

    /// <summary>Whether any key, even of another Region or a deleted one, made it.</summary>
    public bool KnowsMaterial(byte[] materialId) => _keys.Values.Any(key => key.Material.Find(materialId) is not null);

    /// <summary>Reads a KeyId as KMS does: an id, a key ARN, an alias name or an alias ARN.</summary>
    /// <exception cref="KmsFailure">NotFoundException, worded as KMS words it.</exception>
    public KmsArn ToArn(string keyId, string region, string account)
    {
        if (keyId.StartsWith("arn:", StringComparison.Ordinal))
        {
            if (!KmsArn.TryParse(keyId, out var arn))
                throw KmsFailure.InvalidArn(keyId);
            return arn.Value.Region == region ? arn.Value : throw KmsFailure.NotFound($"Invalid arn {arn.Value.Region}");
        }
        if (keyId.StartsWith("alias/", StringComparison.Ordinal))
            return new KmsArn(region, account, keyId);
        return IdGrammar().IsMatch(keyId)
            ? new KmsArn(region, account, "key/" + keyId)
            : throw KmsFailure.NotFound($"Invalid keyId '{keyId}'");
    }

    // A key whose waiting period is over is gone; due rotations happen before anyone sees the key.
    private KmsKey? Alive(KmsKey? key)
    {
        if (key?.Deletion <= Now)
            return null;
        key?.Material.RotateWhenDue(Now);
        return key;
    }

    [GeneratedRegex("^([0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|mrk-[0-9a-f]{32})$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 60_000)]
    private static partial Regex IdGrammar();
}
