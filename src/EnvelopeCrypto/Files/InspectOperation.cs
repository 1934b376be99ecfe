using EnvelopeCrypto.Body;
using EnvelopeCrypto.Disk;
using EnvelopeCrypto.Format;

namespace EnvelopeCrypto.Files;

/// <summary>Reads headers. Needs no key.</summary>
internal static class InspectOperation
{
    /// <exception cref="EnvelopeException">Names the file and what is wrong with its header.</exception>
    public static Task<EnvelopeInfo> InspectFileAsync(string path, CancellationToken cancellationToken) =>
        InspectFileAsync(new FilePlace(path), cancellationToken);

    internal static async Task<EnvelopeInfo> InspectFileAsync(FilePlace place, CancellationToken cancellationToken)
    {
        var path = place.Path;
        try
        {
            using var input = SourceFile.Open(FileSystem.Default, place);
            return Describe(path, await SettledHeader.ReadAsync(input, cancellationToken), input.Status.Length);
        }
        catch (Exception failure) when (DiskFailure.IsKnown(failure))
        {
            throw DiskFailure.WhileReading(path, failure);
        }
    }

    /// <summary>Reads the header from the front of a pipe.</summary>
    public static EnvelopeInfo InspectStream(Stream input) => Describe("-", EnvelopeHeader.Read(input), fileLength: null);

    private static EnvelopeInfo Describe(string path, EnvelopeHeader header, long? fileLength)
    {
        var difference = header.Difference;
        var length = fileLength is { } all ? Cobblestone.PlaintextLength(all - header.Layout.BodyOffset) : -1;
        return new EnvelopeInfo
        {
            SourcePath = path,
            Type = header.Protected.Type,
            EnvelopeLength = fileLength,
            Length = length < 0 ? null : length,
            HeaderLength = header.Layout.BodyOffset,
            Encrypted = FileTimeOf(header.Protected.IssuedAt),
            Context = header.Protected.Context,
            Recipients = header.Recipients,
            OtherRecipients = header.Disbelieved,
            Batch = header.Protected.Batch is { } batch ? Base64UrlText.Encode(batch) : null,
            SlotCount = header.Layout.SlotCount,
            Generation = header.Generation,
            SlotsAgree = difference is null,
            Error = difference?.Error,
            Reason = difference?.Reason,
            HasMetadata = header.Protected.Metadata is not null,
        };
    }

    private static DateTimeOffset FileTimeOf(long seconds) =>
        DateTimeOffset.FromUnixTimeSeconds(Math.Min(seconds, DateTimeOffset.MaxValue.ToUnixTimeSeconds()));
}
