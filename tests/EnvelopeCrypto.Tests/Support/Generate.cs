using EnvelopeCrypto.Body;
using EnvelopeCrypto.Format;
using FsCheck;
using FsCheck.Fluent;

namespace EnvelopeCrypto.Tests.Support;

/// <summary>Random inputs for properties. A property that fails prints its input and the seed that makes it again.</summary>
internal static class Generate
{
    private static readonly string[] Characters = ["a", "b", "Z", "0", " ", "\"", "\\", "/", "\n", "\0", "\u001f", "\u007f", "é", "\u2028", "\uff5e", "\uffff", "😀"];

    /// <summary>Lengths of plaintext: any small one, and those at the borders of chunks and batches.</summary>
    public static Gen<int> Length(int mostChunks) => Gen.OneOf(
        Gen.Choose(0, 200),
        from chunks in Gen.Choose(0, mostChunks)
        from beside in Gen.Choose(-2, 2)
        select Math.Max(0, (chunks * Cobblestone.PlainChunkSize) + beside),
        Gen.Choose(0, mostChunks * Cobblestone.PlainChunkSize));

    /// <summary>Text with all that JSON has to escape, and characters of one to four bytes.</summary>
    public static Gen<string> Text(int mostCharacters) =>
        from length in Gen.Choose(0, mostCharacters)
        from characters in Gen.ArrayOf(Gen.Elements(Characters), length)
        select string.Concat(characters);

    /// <summary>Any context within the limits.</summary>
    public static Gen<EncryptionContext> Context() =>
        from count in Gen.Frequency((5, Gen.Choose(0, 4)), (1, Gen.Choose(60, FormatLimits.MaxContextPairs)))
        from texts in Gen.ArrayOf(Text(8), 2 * count)
        select EncryptionContext.Create(Enumerable.Range(0, count).Select(i => KeyValuePair.Create($"{texts[i]}#{i}", texts[count + i])));

    public static Gen<ProtectedHeader> Protected() =>
        from type in Gen.Elements(EnvelopeType.File, EnvelopeType.KekExport)
        from context in Context()
        from issuedAt in Gen.Elements(0, 1, SampleRecipients.IssuedAt, FormatLimits.MaxTime)
        from batch in Bytes(16, 16).OrNull()
        from metadata in Gen.OneOf(Bytes(72, 400), Bytes(8000, ProtectedHeader.MaxMetadataLength)).OrNull()
        select new ProtectedHeader { Type = type, Context = context, IssuedAt = issuedAt, Batch = batch, Metadata = metadata };

    /// <summary>A list within the limits: of every kind, also of kinds that are not known.</summary>
    public static Gen<Recipient[]> Recipients() =>
        from count in Gen.Frequency((5, Gen.Choose(1, 4)), (1, Gen.Choose(5, FormatLimits.MaxRecipients)))
        from recipients in Gen.ArrayOf(Recipient(), count)
        select WithFewPassphrases(recipients);

    public static Gen<EnvelopeHeader> Header() =>
        from protectedHeader in Protected()
        from recipients in Recipients()
        from slotCount in Gen.Choose(1, 2)
        from generation in Gen.Elements(1UL, 2UL, 1UL << 32, ulong.MaxValue)
        select EnvelopeHeader.Create(protectedHeader, recipients, slotCount, generation);

    /// <summary>Changes, one or several, more of them near the front where the header is.</summary>
    public static Gen<Mutation[]> Mutations() =>
        from count in Gen.Frequency((6, Gen.Constant(1)), (1, Gen.Choose(2, 5)))
        from mutations in Gen.ArrayOf(Mutation(), count)
        select mutations;

    public static Gen<byte[]> Bytes(int fewest, int most) =>
        from length in Gen.Choose(fewest, most)
        from seed in Gen.Choose(0, int.MaxValue)
        select SampleBytes.Of(length, seed);

    private static Gen<Mutation> Mutation() =>
        from kind in Gen.Elements(Enum.GetValues<MutationKind>())
        from at in Gen.OneOf(Gen.Choose(0, 40), Gen.Choose(0, 1000), Gen.Choose(0, int.MaxValue - 1))
        from count in Gen.Frequency(
            (4, Gen.Choose(1, 4)), (1, Gen.Choose(5, 100)), (1, Gen.Elements(4096, Cobblestone.PlainChunkSize, Cobblestone.ChunkSize)))
        from value in Gen.OneOf(
            Gen.Elements(0, 1, 2, 0x20, 0x80, 0xff), Gen.Choose(0, 255), Gen.Elements("{}[]\",:0\\ ".Select(c => (int)c)))
        select new Mutation(kind, at, count, (byte)value);

    private static Gen<Recipient> Recipient() =>
        from seed in Gen.Choose(0, int.MaxValue)
        from text in Text(10)
        from length in Gen.Frequency((4, Gen.Choose(1, 600)), (1, Gen.Constant(FormatLimits.MaxWrappedKeyLength)))
        from recipient in Gen.Elements(
            SampleRecipients.Kms(seed) with { WrappedKey = SampleBytes.Of(length, seed) },
            SampleRecipients.KmsRsa(seed),
            SampleRecipients.Certificate(seed),
            SampleRecipients.Local(seed),
            SampleRecipients.Provider(seed) with { WrappedKey = SampleBytes.Of(length, seed) },
            SampleRecipients.Passphrase(seed),
            Unknown(text))
        select recipient;

    private static Recipient Unknown(string text)
    {
        var json = new CanonicalJsonWriter().BeginObject().Name("alg").String("x-new").Name(text).BeginArray().String(text).EndArray()
            .EndObject();
        return SampleRecipients.Unknown(System.Text.Encoding.UTF8.GetString(json.Written));
    }

    private static Recipient[] WithFewPassphrases(Recipient[] recipients)
    {
        var passphrases = 0;
        return [.. recipients.Select(recipient =>
            recipient.Algorithm == RecipientAlgorithm.Passphrase && ++passphrases > FormatLimits.MaxPassphraseRecipients ? SampleRecipients.Local() : recipient)];
    }
}
