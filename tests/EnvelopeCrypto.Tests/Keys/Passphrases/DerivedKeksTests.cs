using EnvelopeCrypto.Keys;
using EnvelopeCrypto.Keys.Passphrases;
using EnvelopeCrypto.Primitives;

namespace EnvelopeCrypto.Tests.Keys.Passphrases;

public sealed class DerivedKeksTests : IDisposable
{
    private readonly PassphraseSource _source = new("ENVELOPECRYPTO_TEST_UNSET", "a test's passphrase", prompt: null);
    private readonly List<SecretBytes> _made = [];
    private readonly DerivedKeks _keks;

    public DerivedKeksTests()
    {
        _source.Set("correct horse");
        _keks = new DerivedKeks(_source, Derive, new DerivationBudget());
    }

    public void Dispose()
    {
        _keks.Dispose();
        _source.Dispose();
    }

    [Fact]
    public void Salt_and_iterations_both_count()
    {
        Use(1);
        Use(1);
        Use(2);
        Use(1, iterations: 600_001);
        Assert.Equal(3, _made.Count);
    }

    [Fact]
    public void The_one_unused_for_longest_makes_room_and_is_zeroed()
    {
        for (var i = 0; i < DerivedKeks.Capacity; i++)
            Use(i);
        Use(0);
        Use(DerivedKeks.Capacity);
        Assert.Equal(DerivedKeks.Capacity + 1, _made.Count);
        AssertZeroed(_made[1]);

        Use(0);
        Assert.Equal(DerivedKeks.Capacity + 1, _made.Count);
        Use(1);
        Assert.Equal(DerivedKeks.Capacity + 2, _made.Count);
    }

    [Fact]
    public void Copy_outlives_its_eviction()
    {
        using var copy = _keks.Copy(Salt(-1), 600_000);
        for (var i = 0; i < DerivedKeks.Capacity; i++)
            Use(i);
        AssertZeroed(_made[0]);
        Assert.Equal(0x5a, copy.Span[0]);
    }

    [Fact]
    public void Dispose_zeroes_all()
    {
        Use(1);
        Use(2);
        _keks.Dispose();
        Assert.All(_made, AssertZeroed);
        Assert.Throws<ObjectDisposedException>(() => Use(3));
    }

    [Fact]
    public async Task Eviction_during_a_derivation_keeps_nothing()
    {
        using var started = new ManualResetEventSlim();
        using var go = new ManualResetEventSlim();
        SecretBytes? slow = null;
        using var keks = new DerivedKeks(_source, (_, salt, _) =>
        {
            var kek = Made();
            if (salt[3] != 0xff)
                return kek;
            started.Set();
            go.Wait();
            return slow = kek;
        }, new DerivationBudget());
        var first = Task.Run(() => keks.Copy(Salt(-1), 600_000));
        started.Wait();
        var others = Task.Run(() =>
        {
            for (var i = 0; i < DerivedKeks.Capacity; i++)
                keks.Copy(Salt(i), 600_000).Dispose();
        });
        go.Set();
        using var copy = await first;
        await others;
        Assert.Equal(0x5a, copy.Span[0]);
        AssertZeroed(slow!);
    }

    private static byte[] Salt(int number)
    {
        var salt = new byte[16];
        BitConverter.TryWriteBytes(salt, number);
        return salt;
    }

    // What was disposed cannot be read, and was zeroed by the same call.
    private static void AssertZeroed(SecretBytes kek) => Assert.Throws<ObjectDisposedException>(() => kek.Span.Length);

    private static SecretBytes Made() => new([.. Enumerable.Repeat((byte)0x5a, 32)]);

    private void Use(int salt, int iterations = 600_000) => _keks.Copy(Salt(salt), iterations).Dispose();

    private SecretBytes Derive(SecretBytes passphrase, ReadOnlySpan<byte> salt, int iterations)
    {
        var kek = Made();
        _made.Add(kek);
        return kek;
    }
}
