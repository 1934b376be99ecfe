using System.Security.Cryptography;
using EnvelopeCrypto.Format;
using EnvelopeCrypto.Keys;

namespace EnvelopeCrypto.Tests.Keys.Passphrases;

/// <summary>A file says how often a passphrase is hashed for it. What opens nothing may cost 40,000,000 iterations a run in all.</summary>
public sealed class DerivationBudgetTests
{
    private const string Passphrase = "correct horse";
    private const int Most = RecipientGrammar.MaxIterations;

    [Fact]
    public async Task Recipients_that_open_nothing_spend_it_and_then_fail_without_a_derivation()
    {
        using var bench = new PassphraseBench(Passphrase);
        for (var i = 0; i < 10; i++)
            await KekFailure.ThrowsAsync(EnvelopeError.WrappedKeyInvalid, () => bench.UnwrapAsync(Hostile(Most)));
        Assert.Equal(10, bench.Derivations);
        foreach (var iterations in new[] { Most, RecipientGrammar.MinIterations })
            await KekFailure.ThrowsAsync(EnvelopeError.DerivationBudgetSpent, () => bench.UnwrapAsync(Hostile(iterations)));
        Assert.Equal(10, bench.Derivations);
    }

    [Fact]
    public async Task What_is_left_still_serves_a_cheaper_one()
    {
        using var bench = new PassphraseBench(Passphrase);
        for (var i = 0; i < 9; i++)
            await KekFailure.ThrowsAsync(EnvelopeError.WrappedKeyInvalid, () => bench.UnwrapAsync(Hostile(Most)));
        await KekFailure.ThrowsAsync(EnvelopeError.WrappedKeyInvalid, () => bench.UnwrapAsync(Hostile(RecipientGrammar.MinIterations)));
        await KekFailure.ThrowsAsync(EnvelopeError.DerivationBudgetSpent, () => bench.UnwrapAsync(Hostile(Most)));
        await KekFailure.ThrowsAsync(EnvelopeError.WrappedKeyInvalid, () => bench.UnwrapAsync(Hostile(RecipientGrammar.MinIterations)));
    }

    // A vault of many runs has as many salts; each of them opens.
    [Fact]
    public async Task Recipients_that_open_are_free()
    {
        using var bench = new PassphraseBench(Passphrase);
        using var dataKey = DataKey.Generate();
        for (var i = 0; i < 100; i++)
        {
            using var opened = await bench.UnwrapAsync(await PassphraseBench.MadeElsewhereAsync(Passphrase, dataKey));
            Assert.True(opened.SameAs(dataKey));
        }
        Assert.Equal(100, bench.Derivations);
        for (var i = 0; i < 10; i++)
            await KekFailure.ThrowsAsync(EnvelopeError.WrappedKeyInvalid, () => bench.UnwrapAsync(Hostile(Most)));
    }

    [Fact]
    public async Task What_was_derived_opens_after_it_is_spent()
    {
        using var bench = new PassphraseBench(Passphrase);
        using var dataKey = DataKey.Generate();
        var known = await PassphraseBench.MadeElsewhereAsync(Passphrase, dataKey);
        (await bench.UnwrapAsync(known)).Dispose();
        for (var i = 0; i < 10; i++)
            await KekFailure.ThrowsAsync(EnvelopeError.WrappedKeyInvalid, () => bench.UnwrapAsync(Hostile(Most)));
        using var opened = await bench.UnwrapAsync(known);
        Assert.True(opened.SameAs(dataKey));
        var made = await bench.WrapAsync(dataKey); // what is made here is not chosen by a file
        using var own = await bench.UnwrapAsync(made);
        Assert.True(own.SameAs(dataKey));
    }

    // A salt that was pushed out is derived again, and costs again.
    [Fact]
    public async Task Salts_in_turn_spend_it_too()
    {
        using var bench = new PassphraseBench(Passphrase);
        var recipients = Enumerable.Range(0, 300).Select(_ => Hostile(RecipientGrammar.MinIterations)).ToArray();
        var spent = 0;
        foreach (var recipient in recipients.Concat(recipients))
        {
            var failure = await Assert.ThrowsAsync<EnvelopeException>(() => bench.UnwrapAsync(recipient));
            spent += failure.Error == EnvelopeError.DerivationBudgetSpent ? 1 : 0;
        }
        Assert.Equal(40_000_000 / RecipientGrammar.MinIterations, bench.Derivations);
        Assert.NotEqual(0, spent);
    }

    [Fact]
    public async Task Both_passphrases_of_a_rewrap_share_it()
    {
        using var bench = new PassphraseBench(Passphrase, newPassphrase: "battery staple", forRewrap: true);
        for (var i = 0; i < 5; i++)
            await KekFailure.ThrowsAsync(EnvelopeError.WrappedKeyInvalid, () => bench.UnwrapAsync(Hostile(Most)));
        await KekFailure.ThrowsAsync(EnvelopeError.DerivationBudgetSpent, () => bench.UnwrapAsync(Hostile(Most)));
        Assert.Equal(10, bench.Derivations);
    }

    [Fact]
    public async Task Several_files_at_once_spend_no_more()
    {
        using var bench = new PassphraseBench(Passphrase);
        var recipients = Enumerable.Range(0, 40).Select(_ => Hostile(Most));
        await Parallel.ForEachAsync(recipients, async (recipient, _) =>
            await Assert.ThrowsAsync<EnvelopeException>(() => bench.UnwrapAsync(recipient)));
        Assert.Equal(10, bench.Derivations);
    }

    // A passphrase that is wrong for a file is not what keeps it closed then.
    [Fact]
    public async Task File_says_that_it_is_spent()
    {
        using var bench = new PassphraseBench(Passphrase);
        using var session = new KekSession([bench.Provider], []);
        for (var i = 0; i < 5; i++)
            await KekFailure.ThrowsAsync(EnvelopeError.WrappedKeyInvalid, () => OpenAsync(Hostile(Most), Hostile(Most)));
        await KekFailure.ThrowsAsync(EnvelopeError.DerivationBudgetSpent, () => OpenAsync(Hostile(Most), Hostile(Most)));

        async Task<object> OpenAsync(params Recipient[] recipients) =>
            await session.UnwrapAsync(recipients, new KeySubject(PassphraseBench.Context), _ => true, CancellationToken.None);
    }

    // Else whoever can write files keeps those from being opened that are sound.
    [Fact]
    public async Task Cheapest_recipient_of_a_file_goes_first()
    {
        using var bench = new PassphraseBench(Passphrase);
        using var session = new KekSession([bench.Provider], []);
        using var dataKey = DataKey.Generate();
        for (var i = 0; i < 20; i++)
        {
            Recipient[] recipients = [Hostile(Most), await PassphraseBench.MadeElsewhereAsync(Passphrase, dataKey)];
            using var opened = await session.UnwrapAsync(
                recipients, new KeySubject(PassphraseBench.Context), key => key.SameAs(dataKey), CancellationToken.None);
        }
        Assert.Equal(20, bench.Derivations);
    }

    private static Recipient Hostile(int iterations) => new()
    {
        Algorithm = RecipientAlgorithm.Passphrase,
        Kid = RecipientGrammar.PassphraseKid,
        IssuedAt = 0,
        Salt = RandomNumberGenerator.GetBytes(RecipientGrammar.SaltSize),
        Iterations = iterations,
        WrappedKey = RandomNumberGenerator.GetBytes(RecipientGrammar.SealedKeyLength),
    };
}
