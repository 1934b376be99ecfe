using System.Security.Cryptography;
using EnvelopeCrypto.Body;
using EnvelopeCrypto.Disk;
using EnvelopeCrypto.Files;
using EnvelopeCrypto.Format;
using EnvelopeCrypto.Keys;
using EnvelopeCrypto.Tests.Interop;
using EnvelopeCrypto.Tests.Support;

namespace EnvelopeCrypto.Tests.Files;

/// <summary>Generations are 64 bits that a file's maker chose; the last of them must not lead back to 0.</summary>
public sealed class RewrapGenerationTests : IDisposable
{
    private const string Kid = "local:default/1/8PHy8_T19vf4-fr7_P3-_w";

    private readonly TempFolder _folder = new();
    private readonly byte[] _key = RandomNumberGenerator.GetBytes(DataKey.Size);

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(2UL)]
    [InlineData(ulong.MaxValue - 2)]
    [InlineData(ulong.MaxValue - 1)]
    [InlineData(ulong.MaxValue)]
    public async Task Cut_off_rewrap_is_repaired_whatever_its_generation(ulong generation)
    {
        var path = await WriteCutOffAsync(generation);
        using var session = Session();

        var result = await new RewrapOperation(session, new RewrapOptions { NewKeks = [KekReference.Parse("local:default")] })
            .RewrapFileAsync(path, CancellationToken.None);

        Assert.Equal(FileOutcome.Repaired, result.Status);
        using var file = File.OpenRead(path);
        var header = EnvelopeHeader.Read(file);
        Assert.True(header.SlotsAgree);
        using var opened = await OpenedEnvelope.OpenAsync(
            file, header, EnvelopeType.File, EncryptionContext.Empty, session, path, CancellationToken.None);
        Assert.Equal(5, opened.CopyTo(output: null, progress: null, CancellationToken.None));
    }

    private KekSession Session() => new([new FixedKeyProvider(_key, Kid)], []);

    // Its first slot is of the generation before, as a rewrap leaves it that was cut off between its two writes.
    private async Task<string> WriteCutOffAsync(ulong generation)
    {
        using var kek = new FixedKeyProvider(_key, Kid);
        using var dataKey = DataKey.Generate();
        var recipient = await kek.WrapAsync(dataKey, EncryptionContext.Empty, CancellationToken.None);
        var protectedHeader = new ProtectedHeader { Type = EnvelopeType.File, Context = EncryptionContext.Empty, IssuedAt = 0 };
        var header = EnvelopeHeader.Create(protectedHeader, [recipient], slotCount: 2, generation);
        var older = EnvelopeHeader.Create(protectedHeader, [recipient with { IssuedAt = 0 }], slotCount: 2, generation - 1);

        using var envelope = new MemoryStream();
        envelope.Write(header.Bytes.Span);
        envelope.Position = header.Layout.SlotOffset;
        envelope.Write(older.Slot(0));
        envelope.Position = header.Bytes.Length;
        using var writer = new CobblestoneWriter(envelope, dataKey.Span, header.BodyContext, RandomNumberGenerator.Fill);
        writer.Write("hello"u8);
        writer.Complete();
        return _folder.Write("cut-off.evc", envelope.ToArray());
    }
}
