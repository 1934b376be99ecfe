using System.Globalization;
using System.Security.Cryptography;

namespace EnvelopeCrypto.KmsServer.Keys;

/// <summary>
/// What a key encrypts with, and when it rotates. The replicas of a multi-Region key share one, so that what one made another opens.
/// </summary>
internal sealed class KeyMaterial
{
    // https://docs.aws.amazon.com/kms/latest/developerguide/rotate-keys.html
    public const int MaxOnDemandRotations = 25;
    public const int DefaultRotationPeriodInDays = 365;

    private const int IdLength = 32;
    private const int KeyLength = 32;

    private readonly List<MaterialVersion> _versions = [];

    /// <param name="spec">SYMMETRIC_DEFAULT, RSA_2048 and so on, or ECC_NIST_P256.</param>
    /// <param name="now">When it is made.</param>
    public KeyMaterial(string spec, DateTimeOffset now)
    {
        if (spec.StartsWith("RSA_", StringComparison.Ordinal))
            Rsa = RSA.Create(int.Parse(spec.AsSpan("RSA_".Length), CultureInfo.InvariantCulture));
        else if (spec.StartsWith("ECC_", StringComparison.Ordinal))
            Ecc = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        else
            Append(now, rotationType: null);
    }

    /// <summary>The key pair of an RSA key; null for others.</summary>
    public RSA? Rsa { get; }

    /// <summary>The key pair of an elliptic-curve key, which can only sign; null for others.</summary>
    public ECDsa? Ecc { get; }

    /// <summary>Every version, oldest first; empty for key pairs.</summary>
    public IReadOnlyList<MaterialVersion> Versions => _versions;

    public MaterialVersion Current => _versions[^1];

    /// <summary>Null when automatic rotation is off.</summary>
    public int? RotationPeriodInDays { get; private set; }

    public DateTimeOffset? NextRotation { get; private set; }

    public int OnDemandRotations => _versions.Count(version => version.RotationType == "ON_DEMAND");

    public MaterialVersion? Find(ReadOnlySpan<byte> id)
    {
        foreach (var version in _versions)
        {
            if (id.SequenceEqual(version.Id))
                return version;
        }
        return null;
    }

    public void RotateOnDemand(DateTimeOffset now) => Append(now, "ON_DEMAND");

    public void EnableRotation(int periodInDays, DateTimeOffset now)
    {
        RotationPeriodInDays = periodInDays;
        NextRotation = now.AddDays(periodInDays);
    }

    public void DisableRotation()
    {
        RotationPeriodInDays = null;
        NextRotation = null;
    }

    /// <summary>Makes up for the automatic rotations that fell due since the key was last used.</summary>
    public void RotateWhenDue(DateTimeOffset now)
    {
        while (NextRotation is { } due && due <= now)
        {
            Append(due, "AUTOMATIC");
            NextRotation = due.AddDays(RotationPeriodInDays!.Value);
        }
    }

    private void Append(DateTimeOffset created, string? rotationType) =>
        _versions.Add(new(RandomNumberGenerator.GetBytes(IdLength), RandomNumberGenerator.GetBytes(KeyLength), created, rotationType));
}
