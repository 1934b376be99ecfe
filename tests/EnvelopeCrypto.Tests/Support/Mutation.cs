namespace EnvelopeCrypto.Tests.Support;

/// <summary>One change of some bytes, which may leave them as they were.</summary>
/// <param name="Kind">What is done.</param>
/// <param name="At">Where, counted round and round.</param>
/// <param name="Count">How many bytes, or how far away the place is that the bytes are swapped with.</param>
/// <param name="Value">The byte that is put in, or the mask of a flip.</param>
public sealed record Mutation(MutationKind Kind, int At, int Count, byte Value)
{
    public byte[] ApplyTo(byte[] bytes)
    {
        if (bytes.Length == 0)
            return [Value];
        var at = At % bytes.Length;
        var end = Math.Min(at + Count, bytes.Length);
        return Kind switch
        {
            MutationKind.Flip => Flipped(bytes, at),
            MutationKind.Insert => [.. bytes[..at], .. Enumerable.Repeat(Value, Count), .. bytes[at..]],
            MutationKind.Delete => [.. bytes[..at], .. bytes[end..]],
            MutationKind.Repeat => [.. bytes[..end], .. bytes[at..]],
            MutationKind.Fill => [.. bytes[..at], .. Enumerable.Repeat(Value, end - at), .. bytes[end..]],
            MutationKind.Truncate => bytes[..at],
            MutationKind.Append => [.. bytes, .. Enumerable.Repeat(Value, Count)],
            MutationKind.Swap => Swapped(bytes, at, (at + Count) % bytes.Length),
            _ => throw new InvalidOperationException($"No such change: {Kind}."),
        };
    }

    private byte[] Flipped(byte[] bytes, int at)
    {
        byte[] changed = [.. bytes];
        changed[at] ^= Value;
        return changed;
    }

    private static byte[] Swapped(byte[] bytes, int one, int other)
    {
        byte[] changed = [.. bytes];
        (changed[one], changed[other]) = (changed[other], changed[one]);
        return changed;
    }
}
