using EnvelopeCrypto.Body;

namespace EnvelopeCrypto.Tests.Support;

/// <summary>Positioned reads from memory.</summary>
internal static class PositionedBytes
{
    /// <param name="bytes">What is read.</param>
    /// <param name="most">The most bytes that one read gives, as a file system may give less than was asked for.</param>
    public static PositionedRead Of(byte[] bytes, int most = int.MaxValue) => (offset, destination) =>
    {
        var from = bytes.AsSpan((int)Math.Min(offset, bytes.Length));
        var count = Math.Min(Math.Min(from.Length, destination.Length), most);
        from[..count].CopyTo(destination);
        return count;
    };
}
