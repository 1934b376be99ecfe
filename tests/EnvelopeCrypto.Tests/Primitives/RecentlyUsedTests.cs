using EnvelopeCrypto.Primitives;

namespace EnvelopeCrypto.Tests.Primitives;

public sealed class RecentlyUsedTests
{
    private readonly RecentlyUsed<int, string> _cache = new(capacity: 2);

    [Fact]
    public void What_was_not_asked_for_the_longest_makes_room()
    {
        Assert.Null(_cache.Add(1, "one"));
        Assert.Null(_cache.Add(2, "two"));
        Assert.True(_cache.TryGet(1, out _));
        Assert.Equal("two", _cache.Add(3, "three"));
        Assert.False(_cache.TryGet(2, out _));
        Assert.True(_cache.TryGet(1, out var value));
        Assert.Equal("one", value);
    }

    [Fact]
    public void A_key_holds_one_value_and_gives_the_other_back()
    {
        _cache.Add(1, "one");
        _cache.Add(2, "two");
        Assert.Equal("one", _cache.Add(1, "uno"));
        Assert.Equal(["uno", "two"], _cache.Clear());
        Assert.Empty(_cache.Clear());
    }

    [Fact]
    public void What_was_removed_is_given_back_once()
    {
        _cache.Add(1, "one");
        Assert.Equal("one", _cache.Remove(1));
        Assert.Null(_cache.Remove(1));
    }
}
