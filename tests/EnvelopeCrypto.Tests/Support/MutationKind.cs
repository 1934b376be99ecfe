namespace EnvelopeCrypto.Tests.Support;

/// <summary>What a <see cref="Mutation"/> does.</summary>
public enum MutationKind
{
    Flip,
    Insert,
    Delete,
    Repeat,
    Fill,
    Truncate,
    Append,
    Swap,
}
