using EnvelopeCrypto.Format;

namespace EnvelopeCrypto.Files;

/// <summary>
/// Reads a header for those who ask which KEKs open a file: slots that differ are read again, since a rewrap that is under way leaves them
/// so for a moment.
/// </summary>
internal static class SettledHeader
{
    private const int Reads = 5;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <summary>Leaves the stream at the body.</summary>
    /// <exception cref="EnvelopeException">As for a header.</exception>
    public static async ValueTask<EnvelopeHeader> ReadAsync(SourceFile input, CancellationToken cancellationToken)
    {
        for (var read = 1; ; read++)
        {
            var header = await input.ReadHeaderAsync(cancellationToken);
            if (header.SlotsAgree || read == Reads)
                return header;
            await Task.Delay(Pause, cancellationToken);
            input.Stream.Position = 0;
        }
    }
}
