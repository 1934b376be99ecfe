using System.Text;

namespace EnvelopeCrypto.Fuzz.Targets;

/// <summary>
/// A parser, and what must hold of it for any bytes: it ends, it throws nothing but an <see cref="EnvelopeException"/> with an id that
/// it is documented to have, and what it takes is written again as the very bytes that were read.
/// </summary>
/// <param name="name">The word for it on the command line.</param>
/// <param name="refusals">The ids that the parser may refuse with.</param>
internal abstract class FuzzTarget(string name, params EnvelopeError[] refusals)
{
    public static IReadOnlyList<FuzzTarget> All { get; } =
        [new HeaderTarget(), new SlotTarget(), new TokenTarget(), new KeyringTarget(), new AuditTarget()];

    public string Name => name;

    /// <summary>Small inputs that reach the parser's parts; the same in each run.</summary>
    public abstract IEnumerable<byte[]> Seeds();

    /// <summary>Tries one input.</summary>
    /// <returns>Whether the parser took it.</returns>
    /// <exception cref="FuzzFinding">A property does not hold. Anything but it is a finding too.</exception>
    public bool Try(ReadOnlySpan<byte> input)
    {
        try
        {
            return Parse(input);
        }
        catch (EnvelopeException failure) when (refusals.Contains(failure.Error))
        {
            return false;
        }
    }

    /// <summary>Parses, and compares what is written again.</summary>
    protected abstract bool Parse(ReadOnlySpan<byte> input);

    protected static void RequireSame(ReadOnlySpan<byte> read, ReadOnlySpan<byte> written, string what)
    {
        if (!read.SequenceEqual(written))
            throw new FuzzFinding($"{what}: read {Convert.ToHexString(read)}, written {Convert.ToHexString(written)}.");
    }

    protected static void Require(bool holds, string what)
    {
        if (!holds)
            throw new FuzzFinding(what);
    }

    protected static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);
}
