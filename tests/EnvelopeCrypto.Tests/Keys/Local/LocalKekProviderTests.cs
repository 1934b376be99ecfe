using EnvelopeCrypto.Format;
using EnvelopeCrypto.Keys;
using EnvelopeCrypto.Keys.Local;
using EnvelopeCrypto.Tests.Support;

namespace EnvelopeCrypto.Tests.Keys.Local;

public sealed class LocalKekProviderTests(SharedKeyring shared) : IDisposable
{
    private static readonly EncryptionContext Context = EncryptionContext.Create([new("purpose", "backup")]);
    private static readonly CancellationToken None = CancellationToken.None;

    private readonly KeyringPlace _place = new();
    private readonly RecordedNotices _notices = new();

    public void Dispose() => _place.Dispose();

    [Fact]
    public void It_serves_local_KEKs_and_nothing_else()
    {
        using var provider = Provider(_place.Open());
        Assert.Equal(UnwrapPriority.Here, provider.Turn);
        Assert.True(provider.Serves(KekReference.Parse("local:a")));
        Assert.False(provider.Serves(KekReference.Parse("passphrase")));
        Assert.True(provider.Serves(Recipient("local:a/1/AQEBAQEBAQEBAQEBAQEBAQ", new byte[104])));
    }

    [Fact]
    public async Task Identifying_makes_nothing()
    {
        using var provider = Provider(_place.Open());
        Assert.Equal("local:default", await provider.IdentifyAsync(KekReference.Parse("local:default"), None));
        Assert.False(Directory.Exists(_place.Home));
        Assert.Empty(_notices.Informations);
    }

    [Fact]
    public async Task What_is_wrapped_unwraps()
    {
        var name = SharedKeyring.NewName();
        var version = Assert.Single(shared.Keyring.Create(name, KekProtection.Passphrase).Versions);
        var time = new TestTime();
        using var provider = Provider(shared.Keyring, time);
        var kek = await provider.OpenAsync(KekReference.Parse($"local:{name}"), None);
        Assert.Equal($"local:{name}", kek.Reference);
        Assert.True(kek.CanUnwrap);

        using var dataKey = DataKey.Generate();
        var recipient = await kek.WrapAsync(dataKey, Context, None);
        Assert.Equal("local", recipient.Algorithm);
        Assert.Equal($"local:{name}/1/{version.KeyId}", recipient.Kid);
        Assert.Equal(104, recipient.WrappedKey.Length);
        Assert.Equal(time.Now.ToUnixTimeSeconds(), recipient.IssuedAt);
        Assert.True(kek.IsNewest(recipient));
        Assert.True(await provider.IsAllowedByDefaultAsync(recipient, None));

        using var unwrapped = await provider.UnwrapAsync(recipient, Context, None);
        Assert.True(dataKey.SameAs(unwrapped));
        await RequireError(EnvelopeError.WrappedKeyInvalid, () => provider.UnwrapAsync(recipient, EncryptionContext.Empty, None).AsTask());
        var changed = recipient with { WrappedKey = Flipped(recipient.WrappedKey) };
        await RequireError(EnvelopeError.WrappedKeyInvalid, () => provider.UnwrapAsync(changed, Context, None).AsTask());
    }

    [Fact]
    public async Task A_wrap_that_another_program_made_unwraps()
    {
        _place.Put(_place.KekPath("payroll"), KnownKeyring.Unprotected);
        Assert.True(Base64UrlText.TryDecode(KnownKeyring.OldWrap, out var wrapped));
        using var provider = Provider(_place.Open());
        using var unwrapped = await provider.UnwrapAsync(Recipient(KnownKeyring.OldKid, wrapped), EncryptionContext.Empty, None);
        using var expected = DataKey.FromBytes([.. Enumerable.Range(200, 32).Select(value => (byte)value)]);
        Assert.True(expected.SameAs(unwrapped));
    }

    [Fact]
    public async Task Rotation_wraps_with_the_new_version_and_still_opens_the_old()
    {
        var keyring = _place.Open();
        keyring.Create("a", KekProtection.Unprotected);
        using var dataKey = DataKey.Generate();
        Recipient old;
        using (var before = Provider(keyring))
            old = await (await before.OpenAsync(KekReference.Parse("local:a"), None)).WrapAsync(dataKey, Context, None);
        keyring.Rotate("a");

        using var provider = Provider(keyring);
        var kek = await provider.OpenAsync(KekReference.Parse("local:a"), None);
        Assert.False(kek.IsNewest(old));
        var recent = await kek.WrapAsync(dataKey, Context, None);
        Assert.True(kek.IsNewest(recent));
        foreach (var recipient in new[] { old, recent })
        {
            using var unwrapped = await provider.UnwrapAsync(recipient, Context, None);
            Assert.True(dataKey.SameAs(unwrapped));
        }
    }

    [Fact]
    public async Task A_version_that_another_process_made_meanwhile_is_found()
    {
        var ours = _place.Open();
        ours.Create("a", KekProtection.Unprotected);
        using var provider = Provider(ours);
        using var dataKey = DataKey.Generate();
        var kek = await provider.OpenAsync(KekReference.Parse("local:a"), None);
        var old = await kek.WrapAsync(dataKey, Context, None);
        using var first = await provider.UnwrapAsync(old, Context, None);

        var theirs = _place.Open();
        theirs.Rotate("a");
        using var other = Provider(theirs);
        var recent = await (await other.OpenAsync(KekReference.Parse("local:a"), None)).WrapAsync(dataKey, Context, None);
        Assert.NotEqual(old.Kid, recent.Kid, StringComparer.Ordinal);
        using var second = await provider.UnwrapAsync(recent, Context, None);
        Assert.True(dataKey.SameAs(second));
    }

    [Fact]
    public async Task A_key_that_was_opened_needs_no_file_again()
    {
        var keyring = _place.Open();
        keyring.Create("a", KekProtection.Unprotected);
        using var provider = Provider(keyring);
        using var dataKey = DataKey.Generate();
        var recipient = await (await provider.OpenAsync(KekReference.Parse("local:a"), None)).WrapAsync(dataKey, Context, None);
        File.Delete(_place.KekPath("a"));
        using var unwrapped = await provider.UnwrapAsync(recipient, Context, None);
        var again = await provider.OpenAsync(KekReference.Parse("local:a"), None);
        Assert.True(again.IsNewest(recipient));
    }

    [Fact]
    public async Task The_default_is_made_on_first_use_and_said_so()
    {
        var keyring = _place.Open("passphrase");
        using var provider = Provider(keyring);
        var kek = await provider.OpenAsync(KekReference.Parse("local:default"), None);
        Assert.Equal("local:default", kek.Reference);
        Assert.Equal(LocalKeyring.DefaultProtection, keyring.Get("default").Protection);
        var notice = Assert.Single(_notices.Informations);
        Assert.Contains(_place.Folder, notice, StringComparison.Ordinal);
        Assert.Contains("export", notice, StringComparison.Ordinal);

        using var later = Provider(keyring);
        await later.OpenAsync(KekReference.Parse("local:default"), None);
        Assert.Single(_notices.Informations);
    }

    [Fact]
    public async Task A_missing_KEK_is_not_made()
    {
        var keyring = _place.Open();
        keyring.Create("payroll", KekProtection.Unprotected);
        keyring.Create("zebra", KekProtection.Unprotected);
        using var provider = Provider(keyring);
        var failure = await RequireError(
            EnvelopeError.KekNotFound, () => provider.OpenAsync(KekReference.Parse("local:payrol"), None).AsTask());
        Assert.Contains("local:payroll", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("zebra", failure.Message, StringComparison.Ordinal);
        Assert.Equal(2, keyring.Names().Count);
    }

    [Fact]
    public async Task A_missing_KEK_or_version_is_said_when_unwrapping()
    {
        _place.Put(_place.KekPath("payroll"), KnownKeyring.Unprotected);
        using var provider = Provider(_place.Open());
        await Unwrapping(EnvelopeError.KekNotFound, "local:other/1/AQEBAQEBAQEBAQEBAQEBAQ");
        await Unwrapping(EnvelopeError.KekNotFound, "local:default/1/AQEBAQEBAQEBAQEBAQEBAQ");
        var failure = await Unwrapping(EnvelopeError.KekVersionNotFound, "local:payroll/1/AwMDAwMDAwMDAwMDAwMDAw");
        Assert.Contains("AQEBAQEBAQEBAQEBAQEBAQ", failure.Message, StringComparison.Ordinal);
        await Unwrapping(EnvelopeError.KekVersionNotFound, "local:payroll/2/AQEBAQEBAQEBAQEBAQEBAQ");

        Task<EnvelopeException> Unwrapping(EnvelopeError error, string kid) =>
            RequireError(error, () => provider.UnwrapAsync(Recipient(kid, new byte[104]), Context, None).AsTask());
    }

    [Fact]
    public async Task A_wrong_passphrase_is_said_when_unwrapping()
    {
        _place.Put(_place.KeyringPath, KnownKeyring.Keyring);
        _place.Put(_place.KekPath("payroll"), KnownKeyring.Kek);
        using var provider = Provider(_place.Open("wrong"));
        for (var i = 0; i < 100; i++)
        {
            await RequireError(
                EnvelopeError.KeyringPassphraseWrong,
                () => provider.UnwrapAsync(Recipient(KnownKeyring.OldKid, new byte[104]), Context, None).AsTask());
        }
    }

    [Fact]
    public async Task Many_threads_share_one_derivation()
    {
        var name = SharedKeyring.NewName();
        shared.Keyring.Create(name, KekProtection.Passphrase);
        using var provider = Provider(shared.Keyring);
        using var dataKey = DataKey.Generate();
        await Parallel.ForEachAsync(Enumerable.Range(0, 200), None, async (_, token) =>
        {
            var kek = await provider.OpenAsync(KekReference.Parse($"local:{name}"), token);
            var recipient = await kek.WrapAsync(dataKey, Context, token);
            using var unwrapped = await provider.UnwrapAsync(recipient, Context, token);
            Assert.True(dataKey.SameAs(unwrapped));
        });
    }

    [Fact]
    public async Task A_provider_that_was_disposed_gives_no_key()
    {
        var keyring = _place.Open();
        keyring.Create("a", KekProtection.Unprotected);
        var provider = Provider(keyring);
        using var dataKey = DataKey.Generate();
        var kek = await provider.OpenAsync(KekReference.Parse("local:a"), None);
        var recipient = await kek.WrapAsync(dataKey, Context, None);
        provider.Dispose();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => provider.UnwrapAsync(recipient, Context, None).AsTask());
        await Assert.ThrowsAsync<ObjectDisposedException>(() => kek.WrapAsync(dataKey, Context, None).AsTask());
        Assert.NotEmpty(keyring.Get("a").Versions);
    }

    [Theory]
    [InlineData("payrol", "payroll", true)]
    [InlineData("defualt", "default", true)]
    [InlineData("prod", "prod-2025", true)]
    [InlineData("a", "b", false)]
    [InlineData("payroll", "zebra", false)]
    public void Similar_names_are_found(string name, string other, bool expected) =>
        Assert.Equal(expected, KekMissing.IsSimilar(name, other));

    private LocalKekProvider Provider(LocalKeyring keyring, TimeProvider? time = null) => new(keyring, _notices, time);

    private static Recipient Recipient(string kid, byte[] wrapped) =>
        new() { Algorithm = RecipientAlgorithm.Local, Kid = kid, IssuedAt = 0, WrappedKey = wrapped };

    private static byte[] Flipped(ReadOnlyMemory<byte> bytes)
    {
        var flipped = bytes.ToArray();
        flipped[^1] ^= 1;
        return flipped;
    }

    private static async Task<EnvelopeException> RequireError(EnvelopeError error, Func<Task> action)
    {
        var failure = await Assert.ThrowsAsync<EnvelopeException>(action);
        Assert.Equal(error, failure.Error);
        return failure;
    }
}
