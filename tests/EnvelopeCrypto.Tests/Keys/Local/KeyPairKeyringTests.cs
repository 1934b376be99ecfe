using System.Text;
using EnvelopeCrypto.Format;
using EnvelopeCrypto.Keys.Local;
using EnvelopeCrypto.Keys.Pairs;
using EnvelopeCrypto.Tests.Support;

namespace EnvelopeCrypto.Tests.Keys.Local;

public sealed class KeyPairKeyringTests(SharedKeyring shared) : IDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;

    private readonly KeyringPlace _place = new();

    public void Dispose() => _place.Dispose();

    [Fact]
    public void A_new_version_is_a_new_pair_and_the_old_one_still_opens()
    {
        var keyring = _place.Open();
        var made = keyring.CreateKeyPair("offline", KekProtection.Unprotected, None);
        var rotated = keyring.Rotate("offline", None);

        Assert.True(made.IsKeyPair);
        Assert.Equal(2, rotated.Versions.Select(version => version.PublicHalf).Distinct(StringComparer.Ordinal).Count());
        Assert.Equal([rotated.Versions[1].PublicHalf!, rotated.Versions[0].PublicHalf!], keyring.IdentitiesOf("offline"));
        Assert.Equal(rotated.Versions[1].PublicHalf, KeyPairFormat.KidOf(keyring.ReadPublicHalf("offline").PublicHalf));
        foreach (var version in rotated.Versions)
        {
            using var half = keyring.OpenPrivateHalf(version.PublicHalf!);
            Assert.Equal(version.PublicHalf, KeyPairFormat.KidOf(half.PublicHalf));
        }
    }

    [Fact]
    public void The_private_half_is_under_the_keyrings_passphrase_and_the_public_one_is_not()
    {
        var name = SharedKeyring.NewName();
        var kid = shared.Keyring.CreateKeyPair(name, KekProtection.Passphrase, None).Versions[0].PublicHalf!;
        var locked = shared.Place.Open();

        Assert.Equal(kid, KeyPairFormat.KidOf(locked.ReadPublicHalf(name).PublicHalf));
        Assert.False(locked.OpensUnasked(kid));
        Assert.True(shared.Keyring.OpensUnasked(kid));
        Refused.As(EnvelopeError.PassphraseRequired, () => locked.OpenPrivateHalf(kid).Dispose());
        shared.Keyring.OpenPrivateHalf(kid).Dispose();
    }

    [Fact]
    public void A_symmetric_KEK_has_no_public_half_and_a_pair_no_symmetric_key()
    {
        var keyring = _place.Open();
        keyring.Create("daily", KekProtection.Unprotected, None);
        var pair = keyring.CreateKeyPair("offline", KekProtection.Unprotected, None).Versions[0];

        Refused.As(EnvelopeError.KekUnsuitable, () => keyring.ReadPublicHalf("daily"));
        Refused.As(EnvelopeError.KekUnsuitable, () => keyring.OpenVersion($"local:offline/1/{pair.KeyId}"));
        Assert.Null(keyring.OpenCurrent("offline").Key);
        Assert.NotNull(keyring.OpenCurrent("offline").PublicHalf);
    }

    // Whoever may write the keyring's files and has no passphrase makes of a pair's seed a key, or of a key a seed.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_sealed_key_of_one_kind_does_not_open_as_the_other(bool isPair)
    {
        var (name, other) = (SharedKeyring.NewName(), SharedKeyring.NewName());
        shared.Keyring.CreateKeyPair(other, KekProtection.Passphrase, None);
        if (isPair)
            shared.Keyring.CreateKeyPair(name, KekProtection.Passphrase, None);
        else
            shared.Keyring.Create(name, KekProtection.Passphrase, None);
        var file = shared.Place.KekPath(name);
        var text = File.ReadAllText(file);
        var half = Between(File.ReadAllText(shared.Place.KekPath(other)), "\"public\":\"", "\"");
        var keyId = Between(File.ReadAllText(shared.Place.KekPath(other)), "\"key_id\":\"", "\"");
        File.WriteAllText(file, isPair
            ? text.Replace("{\"format\":2,\"kind\":\"x-wing\",", "{\"format\":1,", StringComparison.Ordinal)
                .Replace($"\"public\":\"{Between(text, "\"public\":\"", "\"")}\",", "", StringComparison.Ordinal)
            : text.Replace("{\"format\":1,", "{\"format\":2,\"kind\":\"x-wing\",", StringComparison.Ordinal)
                .Replace(Between(text, "\"key_id\":\"", "\""), keyId, StringComparison.Ordinal)
                .Replace(",\"key\":", $",\"public\":\"{half}\",\"key\":", StringComparison.Ordinal));

        var info = shared.Keyring.Get(name);

        Assert.Equal(!isPair, info.IsKeyPair);
        Refused.As(EnvelopeError.KeyringDamaged, () => shared.Keyring.ReadBackup(name).Dispose());
        Refused.As(EnvelopeError.KeyringDamaged, () => shared.Keyring.Rotate(name, None));
        File.Delete(file);
    }

    // The public half is no secret, and so a place where a stranger would put their own.
    [Fact]
    public void A_public_half_beside_anothers_private_one_is_refused()
    {
        var keyring = _place.Open();
        keyring.CreateKeyPair("offline", KekProtection.Unprotected, None);
        keyring.CreateKeyPair("other", KekProtection.Unprotected, None);
        var swapped = WithHalfOf("offline", File.ReadAllText(_place.KekPath("other")));
        File.WriteAllText(_place.KekPath("offline"), swapped);
        Refused.As(EnvelopeError.KeyringDamaged, () => keyring.ReadBackup("offline").Dispose());
        var kid = keyring.IdentitiesOf("other")[0];
        keyring.OpenPrivateHalf(kid).Dispose(); // not hidden by the file that claims it, and comes first
        keyring.OpenPublicHalf(kid);
        keyring.Remove("other", None);

        Refused.As(EnvelopeError.KeyringDamaged, () => keyring.OpenPublicHalf(kid));
        Refused.As(EnvelopeError.KeyringDamaged, () => keyring.OpenCurrent("offline"));
        Refused.As(EnvelopeError.KeyringDamaged, () => keyring.ReadPublicHalf("offline"));
        Refused.As(EnvelopeError.KeyringDamaged, () => keyring.OpenPrivateHalf(keyring.IdentitiesOf("offline")[0]).Dispose());
        using var backup = KekBackup.Parse(Encoding.UTF8.GetBytes(swapped.Replace("\"protection\":\"unprotected\",", "", StringComparison.Ordinal)));
        Refused.As(EnvelopeError.HeaderInvalid, () => _place.Open().Restore(backup, KekProtection.Unprotected));
    }

    // Nobody would have the private half of what a rotted one encrypts.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_public_half_that_rotted_is_damage_with_and_without_a_passphrase(bool isLocked)
    {
        var name = SharedKeyring.NewName();
        var (place, keyring) = isLocked ? (shared.Place, shared.Place.Open()) : (_place, _place.Open());
        var pair = (isLocked ? shared.Keyring : keyring)
            .CreateKeyPair(name, isLocked ? KekProtection.Passphrase : KekProtection.Unprotected, None).Versions[0];
        var sound = File.ReadAllText(place.KekPath(name));
        Assert.True(Base64UrlText.TryDecode(Between(sound, "\"public\":\"", "\""), out var half));
        foreach (var position in new[] { 0, 700, 1183, 1184, 1215 })
        {
            half[position] ^= 0x10;
            File.WriteAllText(place.KekPath(name), sound.Replace(
                Between(sound, "\"public\":\"", "\""), Base64UrlText.Encode(half), StringComparison.Ordinal));
            half[position] ^= 0x10;

            Refused.As(EnvelopeError.KeyringDamaged, () => keyring.OpenCurrent(name));
            Refused.As(EnvelopeError.KeyringDamaged, () => keyring.ReadPublicHalf(name));
            Refused.As(EnvelopeError.KeyringDamaged, () => keyring.Get(name));
            Refused.As(EnvelopeError.PrivateKeyMissing, () => keyring.OpenPublicHalf(pair.PublicHalf!));
        }
        File.WriteAllText(place.KekPath(name), sound);
        Assert.Equal(pair.PublicHalf, keyring.OpenCurrent(name).Kid);
        keyring.Remove(name, None);
    }

    [Fact]
    public void A_private_half_that_rotted_unprotected_is_damage_before_anything_is_encrypted_for_it()
    {
        var keyring = _place.Open();
        var pair = keyring.CreateKeyPair("offline", KekProtection.Unprotected, None).Versions[0];
        var text = File.ReadAllText(_place.KekPath("offline"));
        var seed = Between(text, "\"key\":\"", "\"");
        var rotted = (seed[0] == 'A' ? 'B' : 'A') + seed[1..];
        File.WriteAllText(_place.KekPath("offline"), text.Replace(seed, rotted, StringComparison.Ordinal));

        Refused.As(EnvelopeError.KeyringDamaged, () => keyring.OpenCurrent("offline"));
        Refused.As(EnvelopeError.KeyringDamaged, () => keyring.ReadPublicHalf("offline"));
        Refused.As(EnvelopeError.KeyringDamaged, () => keyring.OpenPublicHalf(pair.PublicHalf!));
    }

    // With a key id that fits, as somebody who writes to the keyring would put it there.
    [Fact]
    public void A_weak_public_half_in_the_keyring_is_the_keyrings_damage()
    {
        var name = SharedKeyring.NewName();
        shared.Keyring.CreateKeyPair(name, KekProtection.Passphrase, None);
        var half = new byte[KeyPairFormat.PublicHalfSize];
        File.WriteAllText(shared.Place.KekPath(name), With(File.ReadAllText(shared.Place.KekPath(name)), half));

        Refused.As(EnvelopeError.KeyringDamaged, () => shared.Keyring.OpenCurrent(name));
        Refused.As(EnvelopeError.KeyringDamaged, () => shared.Keyring.ReadPublicHalf(name));
        Refused.As(EnvelopeError.KeyringDamaged, () => shared.Keyring.OpenPublicHalf(KeyPairFormat.KidOf(half)));
        shared.Keyring.Remove(name, None);
    }

    [Theory]
    [InlineData("\"format\":2", "\"format\":1", EnvelopeError.KeyringDamaged)]
    [InlineData("\"format\":2", "\"format\":3", EnvelopeError.UnsupportedVersion)]
    [InlineData("\"kind\":\"x-wing\"", "\"kind\":\"aes\"", EnvelopeError.UnsupportedVersion)]
    [InlineData("\"kind\":\"x-wing\",", "", EnvelopeError.KeyringDamaged)]
    [InlineData("\"public\":\"", "\"publik\":\"", EnvelopeError.KeyringDamaged)]
    [InlineData("\"public\":\"", "\"public\":\"AAAA", EnvelopeError.KeyringDamaged)]
    [InlineData("{\"format\":2,\"kind\":\"x-wing\",\"name\"", "{\"format\":2,\"name\"", EnvelopeError.KeyringDamaged)]
    public void A_file_of_one_format_is_not_read_by_the_rules_of_the_other(string sound, string damaged, EnvelopeError error)
    {
        var keyring = _place.Open();
        keyring.CreateKeyPair("offline", KekProtection.Unprotected, None);
        var text = File.ReadAllText(_place.KekPath("offline"));
        Assert.Contains(sound, text, StringComparison.Ordinal);
        File.WriteAllText(_place.KekPath("offline"), text.Replace(sound, damaged, StringComparison.Ordinal));

        Refused.As(error, () => keyring.Get("offline"));
    }

    [Fact]
    public void A_symmetric_KEK_in_format_2_is_refused()
    {
        _place.Put(_place.KekPath("payroll"), KnownKeyring.Unprotected.Replace("\"format\":1", "\"format\":2", StringComparison.Ordinal));
        Refused.As(EnvelopeError.KeyringDamaged, () => _place.Open().Get("payroll"));

        _place.Put(
            _place.KekPath("payroll"),
            KnownKeyring.Unprotected.Replace("\"format\":1", "\"format\":2,\"kind\":\"x-wing\"", StringComparison.Ordinal));
        Refused.As(EnvelopeError.KeyringDamaged, () => _place.Open().Get("payroll"));
    }

    [Fact]
    public void A_pair_comes_back_from_its_backup_byte_for_byte_and_not_into_a_KEK_of_another_kind()
    {
        var keyring = _place.Open();
        keyring.CreateKeyPair("offline", KekProtection.Unprotected, None);
        var versions = keyring.Rotate("offline", None).Versions;
        using var backup = keyring.ReadBackup("offline");
        using var json = backup.ToJson();
        using var parsed = KekBackup.Parse(json.Span);
        using var again = parsed.ToJson();
        Assert.True(json.Span.SequenceEqual(again.Span));

        keyring.Remove("offline", None);
        Assert.Equal(versions, keyring.Restore(parsed, KekProtection.Unprotected).Kek.Versions);
        Assert.Empty(keyring.Restore(parsed).Added);

        keyring.Remove("offline", None);
        keyring.Create("offline", KekProtection.Unprotected, None);
        Refused.As(EnvelopeError.KekExists, () => keyring.Restore(parsed));
    }

    [Fact]
    public void A_damaged_neighbour_hides_no_pair_and_is_told_when_none_is_found()
    {
        var keyring = _place.Open();
        var kid = keyring.CreateKeyPair("offline", KekProtection.Unprotected, None).Versions[0].PublicHalf!;
        _place.Put(_place.KekPath("broken"), "{");

        keyring.OpenPrivateHalf(kid).Dispose();
        keyring.Remove("offline", None);
        var failure = Refused.As(EnvelopeError.PrivateKeyMissing, () => keyring.OpenPrivateHalf(kid).Dispose());
        Assert.Equal(EnvelopeError.KeyringDamaged, Assert.IsType<EnvelopeException>(failure.InnerException).Error);
    }

    private string WithHalfOf(string name, string other)
    {
        var text = File.ReadAllText(_place.KekPath(name));
        return text.Replace(Between(text, "\"public\":\"", "\""), Between(other, "\"public\":\"", "\""), StringComparison.Ordinal)
            .Replace(Between(text, "\"key_id\":\"", "\""), Between(other, "\"key_id\":\"", "\""), StringComparison.Ordinal);
    }

    private static string With(string text, byte[] publicHalf) => text
        .Replace(Between(text, "\"public\":\"", "\""), Base64UrlText.Encode(publicHalf), StringComparison.Ordinal)
        .Replace(Between(text, "\"key_id\":\"", "\""), Base64UrlText.Encode(KeyPairFormat.KeyIdOf(publicHalf)), StringComparison.Ordinal);

    private static string Between(string text, string from, string to)
    {
        var start = text.IndexOf(from, StringComparison.Ordinal) + from.Length;
        return text[start..text.IndexOf(to, start, StringComparison.Ordinal)];
    }
}
