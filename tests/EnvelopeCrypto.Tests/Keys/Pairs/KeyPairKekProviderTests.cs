using EnvelopeCrypto.Format;
using EnvelopeCrypto.KeyPairs;
using EnvelopeCrypto.Keys;
using EnvelopeCrypto.Keys.Local;
using EnvelopeCrypto.Keys.Pairs;
using EnvelopeCrypto.Tests.Keys.Local;
using EnvelopeCrypto.Tests.Support;

namespace EnvelopeCrypto.Tests.Keys.Pairs;

public sealed class KeyPairKekProviderTests : IDisposable
{
    private static readonly EncryptionContext Context = EncryptionContext.Create([new("purpose", "backup")]);
    private static readonly CancellationToken None = CancellationToken.None;

    private readonly KeyringPlace _place = new();
    private readonly TempFolder _folder = new();
    private readonly LocalKeyring _keyring;
    private readonly KeyPairKekProvider _here;
    private readonly KeyPairKekProvider _elsewhere;
    private readonly KekReference _public;
    private readonly string _kid;
    private readonly TestTime _time = new();

    public KeyPairKekProviderTests()
    {
        _keyring = _place.Open();
        _kid = _keyring.CreateKeyPair("offline", KekProtection.Unprotected, None).Versions[0].PublicHalf!;
        _public = KekReference.Parse("pub:" + _folder.Write("offline.pem", Pem("offline")));
        _here = new KeyPairKekProvider(() => new XWing(), () => _keyring, time: _time);
        _elsewhere = new KeyPairKekProvider(
            () => new XWing(), () => throw new EnvelopeException(EnvelopeError.KeyringLocationUnknown, "no home"), _folder.Path);
    }

    public void Dispose()
    {
        _here.Dispose();
        _elsewhere.Dispose();
        _folder.Dispose();
        _place.Dispose();
    }

    [Fact]
    public async Task What_a_host_without_keyring_wraps_the_private_half_unwraps()
    {
        var kek = await _elsewhere.OpenAsync(KekReference.Parse("pub:offline.pem"), None);
        using var dataKey = DataKey.Generate();
        var recipient = await kek.WrapAsync(dataKey, Context, None);

        Assert.False(kek.CanUnwrap);
        Assert.True(kek.IsNewest(recipient));
        Assert.Equal((_kid, _kid, "x-wing", 1224), (kek.Reference, recipient.Kid, recipient.Algorithm, recipient.WrappedKey.Length));
        using var unwrapped = await _here.UnwrapAsync(Recipient.FromText(recipient.ToText()), Context, None);
        Assert.True(dataKey.SameAs(unwrapped));
    }

    [Fact]
    public async Task A_wrapped_key_that_is_changed_in_any_byte_does_not_open()
    {
        var kek = await _here.OpenAsync(_public, None);
        using var dataKey = DataKey.Generate();
        var recipient = await kek.WrapAsync(dataKey, Context, None);

        for (var i = 0; i < recipient.WrappedKey.Length; i++)
        {
            var changed = recipient.WrappedKey.ToArray();
            changed[i] ^= (byte)(1 << (i % 8));
            await Refused.AsAsync(
                EnvelopeError.WrappedKeyInvalid, async () => await _here.UnwrapAsync(recipient with { WrappedKey = changed }, Context, None));
        }
    }

    [Fact]
    public async Task A_wrapped_key_opens_under_its_own_context_and_pair_only()
    {
        var other = _keyring.CreateKeyPair("other", KekProtection.Unprotected, None).Versions[0].PublicHalf!;
        var kek = await _here.OpenAsync(_public, None);
        using var dataKey = DataKey.Generate();
        var recipient = await kek.WrapAsync(dataKey, Context, None);

        await Refused.AsAsync(EnvelopeError.WrappedKeyInvalid, async () => await _here.UnwrapAsync(recipient, EncryptionContext.Empty, None));
        await Refused.AsAsync(
            EnvelopeError.WrappedKeyInvalid, async () => await _here.UnwrapAsync(recipient with { Kid = other }, Context, None));
        await Refused.AsAsync(
            EnvelopeError.PrivateKeyMissing,
            async () => await _here.UnwrapAsync(recipient with { Kid = $"pub:sha256:{new string('0', 64)}" }, Context, None));
    }

    [Fact]
    public async Task A_private_half_that_is_here_can_prove_and_one_that_is_locked_cannot()
    {
        Assert.True((await _here.OpenAsync(_public, None)).CanUnwrap);
        _keyring.Remove("offline", None);
        Assert.False((await _here.OpenAsync(_public, None)).CanUnwrap);
    }

    [Fact]
    public async Task The_hash_names_a_pair_of_the_keyring_or_of_a_file_that_was_named()
    {
        var byHash = KekReference.Parse(_kid.Replace(_kid[11..], _kid[11..].ToUpperInvariant(), StringComparison.Ordinal));

        Assert.Equal(_kid, await _elsewhere.IdentifyAsync(byHash, None));
        await Refused.AsAsync(EnvelopeError.KekNotFound, async () => await _elsewhere.OpenAsync(byHash, None));
        await _elsewhere.OpenAsync(_public, None);
        Assert.Equal(_kid, (await _elsewhere.OpenAsync(byHash, None)).Reference);
        Assert.Equal(_kid, (await _here.OpenAsync(byHash, None)).Reference);
    }

    [Fact]
    public async Task The_hash_of_a_pair_that_cannot_be_read_gives_the_keyrings_own_fault()
    {
        var byHash = KekReference.Parse(_kid);
        var file = _place.KekPath("offline");
        var text = File.ReadAllText(file);
        File.WriteAllText(file, "{");
        await Refused.AsAsync(EnvelopeError.KeyringDamaged, async () => await _here.OpenAsync(byHash, None));
        await Refused.AsAsync(EnvelopeError.KeyringDamaged, async () => await _here.PreviewAsync(byHash, None));
        File.WriteAllText(file, text);
        _keyring.Remove("offline", None);
        await Refused.AsAsync(EnvelopeError.KekNotFound, async () => await _here.OpenAsync(byHash, None));
    }

    [Fact]
    public async Task The_hash_of_a_pair_in_a_keyring_that_others_may_read_gives_that_fault()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows keeps no modes.");
        KeyringPlace.Chmod(_place.Folder, (UnixFileMode)Convert.ToInt32("755", 8));
        await Refused.AsAsync(EnvelopeError.KeyringNotPrivate, async () => await _here.OpenAsync(KekReference.Parse(_kid), None));
        KeyringPlace.Chmod(_place.Folder, (UnixFileMode)Convert.ToInt32("700", 8));
        KeyringPlace.Chmod(_place.KekPath("offline"), (UnixFileMode)Convert.ToInt32("644", 8));
        await Refused.AsAsync(EnvelopeError.KeyringNotPrivate, async () => await _here.OpenAsync(KekReference.Parse(_kid), None));
    }

    [Fact]
    public void A_pair_that_is_removed_from_the_keyring_is_still_there_no_more()
    {
        IKekProvider provider = _here;
        var recipient = new Recipient { Algorithm = "x-wing", Kid = _kid, IssuedAt = 0, WrappedKey = new byte[1224] };

        provider.RequireStillThere(recipient);
        provider.RequireStillThere(recipient);
        _keyring.Rotate("offline", None);
        provider.RequireStillThere(recipient);
        _keyring.Remove("offline", None);
        Refused.As(EnvelopeError.PrivateKeyMissing, () => provider.RequireStillThere(recipient));
    }

    [Fact]
    public async Task Without_the_adapter_a_key_pair_is_said_to_be_unknown()
    {
        using var bare = new KeyPairKekProvider(load: null, () => _keyring);
        await Refused.AsAsync(EnvelopeError.KekProviderMissing, async () => await bare.OpenAsync(_public, None));
    }

    private byte[] Pem(string name) => System.Text.Encoding.ASCII.GetBytes(KeyPairFormat.ToPem(_keyring.ReadPublicHalf(name).PublicHalf));
}
