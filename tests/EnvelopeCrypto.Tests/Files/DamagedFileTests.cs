using System.Buffers.Binary;
using EnvelopeCrypto.Body;
using EnvelopeCrypto.Files;
using EnvelopeCrypto.Format;
using EnvelopeCrypto.Tests.Support;

namespace EnvelopeCrypto.Tests.Files;

/// <summary>Whatever is wrong with an envelope's file, every operation says the same, names it, and leaves the folder as it was.</summary>
public sealed class DamagedFileTests : IDisposable
{
    private const int Chunk = Cobblestone.ChunkSize;

    private readonly FileBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public Task Empty_file_is_refused() => HeaderIsRefusedAsync(EnvelopeError.EmptyFile, []);

    [Theory]
    [InlineData("x")]
    [InlineData("this is a text, and not an envelope at all")]
    [InlineData("-----BEGIN AGE ENCRYPTED FILE-----")]
    public Task File_that_is_no_envelope_is_refused(string text) =>
        HeaderIsRefusedAsync(EnvelopeError.NotAnEnvelope, System.Text.Encoding.ASCII.GetBytes(text));

    [Fact]
    public async Task Newer_version_is_refused()
    {
        var bytes = await EnvelopeBytesAsync(100);
        bytes[FixedPart.Magic.Length] = 2;
        await HeaderIsRefusedAsync(EnvelopeError.UnsupportedVersion, bytes);
        await HeaderIsRefusedAsync(EnvelopeError.UnsupportedVersion, bytes[..9]); // however short it is
    }

    [Theory]
    [InlineData(12, FormatLimits.MaxProtectedLength + 1)]
    [InlineData(12, 0)]
    [InlineData(12, -1)]
    [InlineData(20, FormatLimits.MaxSlotSize + 1)]
    [InlineData(20, 0)]
    public async Task Length_out_of_range_is_refused(int offset, int value)
    {
        var bytes = await EnvelopeBytesAsync(100);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(offset), value);
        await HeaderIsRefusedAsync(EnvelopeError.HeaderInvalid, bytes);
    }

    [Fact]
    public async Task Envelope_cut_off_in_its_header_is_refused()
    {
        var bytes = await EnvelopeBytesAsync(100);
        for (var length = 1; length < BodyOffset(bytes); length += 7)
            await HeaderIsRefusedAsync(EnvelopeError.HeaderInvalid, bytes[..length]);
    }

    [Fact]
    public async Task One_bit_in_each_chunk_is_found()
    {
        var bytes = await EnvelopeBytesAsync((70 * Cobblestone.PlainChunkSize) + 5);
        var first = BodyOffset(bytes) + Cobblestone.PreambleSize;
        for (var chunk = 0; chunk <= 70; chunk++)
        {
            var at = first + (chunk * Chunk) + (chunk % 20);
            bytes[at] ^= (byte)(1 << (chunk % 8));
            await BodyIsRefusedAsync(EnvelopeError.BodyDamaged, bytes);
            bytes[at] ^= (byte)(1 << (chunk % 8));
        }
    }

    [Fact]
    public async Task Changed_salt_or_commitment_is_found_before_any_chunk_is_read()
    {
        var bytes = await EnvelopeBytesAsync(100);
        var start = BodyOffset(bytes);
        for (var at = start; at < start + Cobblestone.PreambleSize; at++)
        {
            bytes[at] ^= 0x80;
            await BodyIsRefusedAsync(EnvelopeError.CommitmentMismatch, bytes);
            bytes[at] ^= 0x80;
        }
    }

    [Theory]
    [InlineData(5)]
    [InlineData(0)]
    [InlineData(20)]
    public async Task Cut_at_each_chunk_border_and_each_of_the_last_40_bytes_is_found(int rest)
    {
        const int full = 3;
        var bytes = await EnvelopeBytesAsync((full * Cobblestone.PlainChunkSize) + rest);
        var start = BodyOffset(bytes);
        for (var chunk = 0; chunk <= full; chunk++)
            await BodyIsRefusedAsync(EnvelopeError.BodyTruncated, bytes[..(start + Cobblestone.PreambleSize + (chunk * Chunk))]);
        for (var length = bytes.Length - 40; length < bytes.Length; length++)
        {
            var isWhole = Cobblestone.PlaintextLength(length - start) >= 0; // else it is known without decrypting
            await BodyIsRefusedAsync(isWhole ? EnvelopeError.BodyDamaged : EnvelopeError.BodyTruncated, bytes[..length]);
        }
        for (var length = start; length < start + Cobblestone.PreambleSize; length++)
            await BodyIsRefusedAsync(EnvelopeError.BodyTruncated, bytes[..length]);
    }

    [Fact]
    public async Task Chunks_moved_doubled_left_out_or_appended_are_found()
    {
        var bytes = await EnvelopeBytesAsync((3 * Cobblestone.PlainChunkSize) + 5);
        var start = BodyOffset(bytes) + Cobblestone.PreambleSize;
        var (front, a, b, c) = (
            bytes[..start], bytes[start..(start + Chunk)], bytes[(start + Chunk)..(start + (2 * Chunk))], bytes[(start + (2 * Chunk))..]);
        var last = c[Chunk..];
        foreach (byte[] body in new byte[][] { [.. b, .. a, .. c], [.. a, .. a, .. b, .. c], [.. a, .. b, .. b, .. c], [.. b, .. c], [.. a, .. c], [.. a, .. b, .. last], [.. a, .. b, .. c, .. last] })
            await BodyIsRefusedAsync(EnvelopeError.BodyDamaged, [.. front, .. body]);
        foreach (var more in new byte[][] { [0], new byte[16], new byte[Chunk], a })
            await BodyIsRefusedAsync(EnvelopeError.BodyDamaged, [.. bytes, .. more]);
        await BodyIsRefusedAsync(EnvelopeError.BodyTruncated, [.. front, .. a, .. b, .. a]);
    }

    [Fact]
    public async Task Chunk_of_another_envelope_of_the_same_kek_is_found()
    {
        var bytes = await EnvelopeBytesAsync(20_000);
        var other = await EnvelopeBytesAsync(20_000);
        var start = BodyOffset(bytes) + Cobblestone.PreambleSize;
        await BodyIsRefusedAsync(
            EnvelopeError.BodyDamaged, [.. bytes[..start], .. other[start..(start + Chunk)], .. bytes[(start + Chunk)..]]);
        await BodyIsRefusedAsync(
            EnvelopeError.CommitmentMismatch,
            [.. bytes[..(start - Cobblestone.PreambleSize)], .. other[(start - Cobblestone.PreambleSize)..]]);
    }

    [Fact]
    public async Task Damage_at_the_end_gives_a_pipe_nothing_when_it_is_verified_first()
    {
        var bytes = await EnvelopeBytesAsync(3 * 1024 * 1024);
        bytes[^1] ^= 1;
        var envelope = _bench.Folder.Write("x.evc", bytes);
        using var output = new MemoryStream();
        await _bench.RefusesAsync(EnvelopeError.BodyDamaged, envelope, () =>
            _bench.Unprotecting(new UnprotectOptions { VerifyFirst = true }).UnprotectFileToStreamAsync(envelope, output, progress: null, CancellationToken.None));
        Assert.Equal(0, output.Length);

        await _bench.RefusesAsync(EnvelopeError.BodyDamaged, envelope, () =>
            _bench.Unprotecting().UnprotectFileToStreamAsync(envelope, output, progress: null, CancellationToken.None));
        Assert.True(SampleBytes.Of(3 * 1024 * 1024).AsSpan().StartsWith(output.ToArray())); // what was given is at least right
    }

    [Fact]
    public async Task Old_output_survives_an_envelope_that_does_not_decrypt()
    {
        var bytes = await EnvelopeBytesAsync(3 * 1024 * 1024);
        bytes[^20] ^= 1;
        var envelope = _bench.Folder.Write("x.evc", bytes);
        _bench.Folder.Write("back", "what was there"u8);
        await _bench.RefusesAsync(EnvelopeError.BodyDamaged, envelope, () =>
            _bench.UnprotectAsync(envelope, _bench.Folder["back"], new UnprotectOptions { Force = true }));
    }

    private async Task<byte[]> EnvelopeBytesAsync(int length)
    {
        var envelope = await _bench.EnvelopeAsync(SampleBytes.Of(length), "local:a");
        var bytes = await File.ReadAllBytesAsync(envelope);
        File.Delete(envelope);
        return bytes;
    }

    private static int BodyOffset(byte[] envelope) => EnvelopeHeader.Read(new MemoryStream(envelope)).Layout.BodyOffset;

    private async Task HeaderIsRefusedAsync(EnvelopeError error, byte[] bytes)
    {
        await BodyIsRefusedAsync(error, bytes);
        var envelope = _bench.Folder["x.evc"];
        await _bench.RefusesAsync(error, envelope, () => InspectOperation.InspectFileAsync(envelope, CancellationToken.None));
        await _bench.RefusesAsync(
            error, envelope, () => _bench.RewrapAsync(envelope, new RewrapOptions { NewKeks = _bench.Keks("local:b") }));
    }

    private async Task BodyIsRefusedAsync(EnvelopeError error, byte[] bytes)
    {
        var envelope = _bench.Folder.Write("x.evc", bytes);
        await _bench.RefusesAsync(error, envelope, () => _bench.UnprotectAsync(envelope, _bench.Folder["back"]));
        var proof = await new VerifyOperation(_bench.Session, new VerifyOptions()).VerifyFileAsync(
            envelope, progress: null, CancellationToken.None);
        Assert.False(proof.Valid);
        // A length that no whole envelope has is known at once to an operation that makes room for its output.
        Assert.True(
            proof.Error == error || (error == EnvelopeError.BodyTruncated && proof.Error == EnvelopeError.BodyDamaged),
            $"{proof.Error} instead of {error}");
    }
}
