using EnvelopeCrypto.Format;
using EnvelopeCrypto.Keys;
using EnvelopeCrypto.Keys.Passphrases;
using EnvelopeCrypto.Keys.Secrets;
using EnvelopeCrypto.Primitives;

namespace EnvelopeCrypto.Tests.Keys.Passphrases;

public class PassphraseKekProviderTests
{
    [Fact]
    public async Task Real_derivation_round_trips_and_is_pbkdf2_with_sha512()
    {
        using var passphrases = new KekPassphrases();
        passphrases.Recipient.Set("correct horse");
        using var provider = new PassphraseKekProvider(passphrases);
        using var dataKey = DataKey.Generate();
        var kek = await provider.OpenAsync(PassphraseBench.Reference, CancellationToken.None);
        var recipient = await kek.WrapAsync(dataKey, PassphraseBench.Context, CancellationToken.None);
        using var unwrapped = await provider.UnwrapAsync(recipient, PassphraseBench.Context, CancellationToken.None);
        Assert.True(unwrapped.SameAs(dataKey));

        using var derived = new SecretBytes(System.Security.Cryptography.Rfc2898DeriveBytes.Pbkdf2(
            "correct horse"u8, recipient.Salt.Span, 600_000, System.Security.Cryptography.HashAlgorithmName.SHA512, 32));
        using var opened = SealedWrap.Unwrap(derived, recipient, PassphraseBench.Context);
        Assert.True(opened.SameAs(dataKey));
    }

    [Fact]
    public async Task Recipient_has_what_the_format_wants()
    {
        using var bench = new PassphraseBench("correct horse", now: DateTimeOffset.FromUnixTimeSeconds(1_795_284_000));
        using var dataKey = DataKey.Generate();
        var recipient = await bench.WrapAsync(dataKey);
        Assert.Equal("pbkdf2-sha512", recipient.Algorithm);
        Assert.Equal("passphrase", recipient.Kid);
        Assert.Equal(16, recipient.Salt.Length);
        Assert.Equal(600_000, recipient.Iterations);
        Assert.Equal(104, recipient.WrappedKey.Length);
        Assert.Equal(1_795_284_000, recipient.IssuedAt);
    }

    [Fact]
    public async Task Session_wraps_with_one_salt_and_one_derivation()
    {
        using var bench = new PassphraseBench("correct horse");
        using var dataKey = DataKey.Generate();
        var first = await bench.WrapAsync(dataKey);
        var second = await bench.WrapAsync(dataKey);
        using var unwrapped = await bench.UnwrapAsync(second);

        Assert.True(unwrapped.SameAs(dataKey));
        Assert.True(first.Salt.Span.SequenceEqual(second.Salt.Span));
        Assert.False(first.WrappedKey.Span.SequenceEqual(second.WrappedKey.Span));
        Assert.Equal(1, bench.Derivations);
    }

    [Fact]
    public async Task Sessions_have_salts_of_their_own()
    {
        using var dataKey = DataKey.Generate();
        var first = await PassphraseBench.MadeElsewhereAsync("correct horse", dataKey);
        var second = await PassphraseBench.MadeElsewhereAsync("correct horse", dataKey);
        Assert.False(first.Salt.Span.SequenceEqual(second.Salt.Span));
    }

    [Fact]
    public async Task Wrong_passphrase_is_refused_and_derived_once()
    {
        using var dataKey = DataKey.Generate();
        var recipient = await PassphraseBench.MadeElsewhereAsync("correct horse", dataKey);
        using var bench = new PassphraseBench("battery staple");
        await KekFailure.ThrowsAsync(EnvelopeError.WrappedKeyInvalid, () => bench.UnwrapAsync(recipient));
        await KekFailure.ThrowsAsync(EnvelopeError.WrappedKeyInvalid, () => bench.UnwrapAsync(recipient));
        Assert.Equal(1, bench.Derivations);
    }

    [Fact]
    public async Task Wrong_context_and_every_changed_byte_are_refused_alike()
    {
        using var bench = new PassphraseBench("correct horse");
        using var dataKey = DataKey.Generate();
        var recipient = await bench.WrapAsync(dataKey);
        var reasons = new HashSet<string>(StringComparer.Ordinal)
        {
            (await KekFailure.ThrowsAsync(EnvelopeError.WrappedKeyInvalid, () => bench.UnwrapAsync(recipient, EncryptionContext.Empty))).Reason,
            (await KekFailure.ThrowsAsync(EnvelopeError.WrappedKeyInvalid, () => bench.UnwrapAsync(recipient with { WrappedKey = new byte[103] }))).Reason,
        };
        for (var i = 0; i < recipient.WrappedKey.Length; i++)
        {
            var wrong = recipient.WrappedKey.ToArray();
            wrong[i] ^= 0x80;
            reasons.Add((await KekFailure.ThrowsAsync(EnvelopeError.WrappedKeyInvalid, () => bench.UnwrapAsync(recipient with { WrappedKey = wrong }))).Reason);
        }
        Assert.Single(reasons);
    }

    [Theory]
    [InlineData(16, 599_999)]
    [InlineData(16, 4_000_001)]
    [InlineData(15, 600_000)]
    [InlineData(0, 600_000)]
    public async Task Derivation_out_of_range_is_refused_before_it_starts(int saltLength, int iterations)
    {
        using var bench = new PassphraseBench("correct horse");
        var recipient = new Recipient
        {
            Algorithm = RecipientAlgorithm.Passphrase, Kid = "passphrase", IssuedAt = 0, Salt = new byte[saltLength], Iterations = iterations, WrappedKey = new byte[104],
        };
        await KekFailure.ThrowsAsync(EnvelopeError.HeaderInvalid, () => bench.UnwrapAsync(recipient));
        Assert.Equal(0, bench.Derivations);
    }

    [Fact]
    public async Task Without_passphrase_and_person_it_is_required()
    {
        using var dataKey = DataKey.Generate();
        var recipient = await PassphraseBench.MadeElsewhereAsync("correct horse", dataKey);
        using var bench = new PassphraseBench();
        await KekFailure.ThrowsAsync(EnvelopeError.PassphraseRequired, bench.OpenAsync);
        await KekFailure.ThrowsAsync(EnvelopeError.PassphraseRequired, () => bench.UnwrapAsync(recipient));
        Assert.Equal(0, bench.Derivations);
    }

    [Fact]
    public async Task Person_is_asked_twice_to_make_and_once_to_open()
    {
        using var dataKey = DataKey.Generate();
        var recipient = await PassphraseBench.MadeElsewhereAsync("correct horse", dataKey);

        var opener = new TypingPerson("correct horse");
        using var opening = new PassphraseBench(prompt: opener);
        (await opening.UnwrapAsync(recipient)).Dispose();
        (await opening.UnwrapAsync(recipient)).Dispose();
        Assert.Equal(1, opener.Asked);
        Assert.False(opener.AskedTwice);

        var maker = new TypingPerson("correct horse");
        using var making = new PassphraseBench(prompt: maker);
        await making.WrapAsync(dataKey);
        Assert.Equal(1, maker.Asked);
        Assert.True(maker.AskedTwice);
        Assert.All(maker.Typed, character => Assert.Equal('\0', character));
    }

    [Fact]
    public async Task Newest_is_what_this_session_made()
    {
        using var bench = new PassphraseBench("correct horse");
        using var dataKey = DataKey.Generate();
        var kek = await bench.OpenAsync();
        var own = await bench.WrapAsync(dataKey);
        Assert.Equal("passphrase", kek.Reference);
        Assert.True(kek.CanUnwrap);
        Assert.True(kek.IsNewest(own));
        Assert.False(kek.IsNewest(own with { Iterations = 600_001 }));
        Assert.False(kek.IsNewest(await PassphraseBench.MadeElsewhereAsync("correct horse", dataKey)));
    }

    [Fact]
    public async Task Rewrap_opens_with_the_passphrase_and_makes_with_the_new_one()
    {
        using var dataKey = DataKey.Generate();
        var old = await PassphraseBench.MadeElsewhereAsync("old one", dataKey);
        using var bench = new PassphraseBench("old one", "new one", forRewrap: true);
        using var opened = await bench.UnwrapAsync(old);
        var made = await bench.WrapAsync(opened);
        using var proof = await bench.UnwrapAsync(made);
        Assert.True(proof.SameAs(dataKey));
        Assert.Equal(2, bench.Derivations);

        using var later = new PassphraseBench("new one");
        using var again = await later.UnwrapAsync(made);
        Assert.True(again.SameAs(dataKey));
        using var stale = new PassphraseBench("old one");
        await KekFailure.ThrowsAsync(EnvelopeError.WrappedKeyInvalid, () => stale.UnwrapAsync(made));
    }

    [Fact]
    public async Task Rewrap_that_is_run_again_opens_what_the_first_run_made()
    {
        using var dataKey = DataKey.Generate();
        var done = await PassphraseBench.MadeElsewhereAsync("new one", dataKey);
        using var both = new PassphraseBench("old one", "new one", forRewrap: true);
        (await both.UnwrapAsync(done)).Dispose();
        using var newOnly = new PassphraseBench(newPassphrase: "new one", forRewrap: true);
        (await newOnly.UnwrapAsync(done)).Dispose();
        Assert.Equal(1, newOnly.Derivations);
        await KekFailure.ThrowsAsync(EnvelopeError.WrappedKeyInvalid, () => both.UnwrapAsync(done with { WrappedKey = new byte[104] }));
    }

    [Fact]
    public async Task Rewrap_without_a_new_passphrase_makes_with_the_one_given()
    {
        using var bench = new PassphraseBench("only one", forRewrap: true);
        using var dataKey = DataKey.Generate();
        using var later = new PassphraseBench("only one");
        (await later.UnwrapAsync(await bench.WrapAsync(dataKey))).Dispose();
    }

    [Fact]
    public async Task New_passphrase_counts_only_in_a_rewrap()
    {
        using var bench = new PassphraseBench("only one", "new one");
        using var dataKey = DataKey.Generate();
        using var later = new PassphraseBench("only one");
        (await later.UnwrapAsync(await bench.WrapAsync(dataKey))).Dispose();
    }

    [Fact]
    public async Task Many_threads_share_one_derivation()
    {
        using var dataKey = DataKey.Generate();
        var recipient = await PassphraseBench.MadeElsewhereAsync("correct horse", dataKey);
        var person = new TypingPerson("correct horse");
        using var bench = new PassphraseBench(prompt: person);
        await Parallel.ForAsync(0, 64, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (_, _) =>
        {
            using var unwrapped = await bench.UnwrapAsync(recipient);
            Assert.True(unwrapped.SameAs(dataKey));
            await bench.WrapAsync(dataKey);
        });
        Assert.Equal(2, bench.Derivations);
        Assert.Equal(1, person.Asked);
    }
}
