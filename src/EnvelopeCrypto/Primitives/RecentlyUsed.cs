using System.Diagnostics.CodeAnalysis;

namespace EnvelopeCrypto.Primitives;

/// <summary>
/// A bounded cache: what was not asked for the longest makes room. For one thread at a time. It disposes nothing: who adds gets what went.
/// </summary>
/// <param name="capacity">How many values are kept.</param>
internal sealed class RecentlyUsed<TKey, TValue>(int capacity)
    where TKey : notnull
    where TValue : class
{
    private readonly Dictionary<TKey, LinkedListNode<(TKey Key, TValue Value)>> _nodes = [];
    private readonly LinkedList<(TKey Key, TValue Value)> _byUse = [];

    /// <summary>The value of a key, which was used now.</summary>
    public bool TryGet(TKey key, [NotNullWhen(true)] out TValue? value)
    {
        value = null;
        if (!_nodes.TryGetValue(key, out var node))
            return false;
        if (_byUse.First != node)
        {
            _byUse.Remove(node);
            _byUse.AddFirst(node);
        }
        value = node.Value.Value;
        return true;
    }

    /// <summary>Keeps a value, in the place of another of its key.</summary>
    /// <returns>The value that went for it: that of its key, or the least used of a full cache; null for none.</returns>
    public TValue? Add(TKey key, TValue value)
    {
        var gone = Remove(key) ?? (_nodes.Count >= capacity ? Remove(_byUse.Last!.Value.Key) : null);
        _nodes.Add(key, _byUse.AddFirst((key, value)));
        return gone;
    }

    /// <returns>The value that was kept; null for none.</returns>
    public TValue? Remove(TKey key)
    {
        if (!_nodes.Remove(key, out var node))
            return null;
        _byUse.Remove(node);
        return node.Value.Value;
    }

    /// <returns>All values that were kept.</returns>
    public IReadOnlyList<TValue> Clear()
    {
        TValue[] all = [.. _byUse.Select(each => each.Value)];
        _nodes.Clear();
        _byUse.Clear();
        return all;
    }
}
