using EnvelopeCrypto.Keys.Local;

namespace EnvelopeCrypto.Fuzz.Targets;

/// <summary>The files of a keyring: 0 and a KEK's file, 1 and a KEK's backup, 2 and keyring.json.</summary>
internal sealed class KeyringTarget() : FuzzTarget("keyring", EnvelopeError.HeaderInvalid, EnvelopeError.UnsupportedVersion)
{
    private const string Id = "AQEBAQEBAQEBAQEBAQEBAQ";
    private const string OtherId = "AgICAgICAgICAgICAgICAg";

    private static readonly string Key = new('A', 43);
    private static readonly string Sealed = new('A', 139);

    public override IEnumerable<byte[]> Seeds()
    {
        yield return [0, .. Utf8(Kek("passphrase", Version(1, Id, Sealed)))];
        yield return [0, .. Utf8(Kek("dpapi-user", Version(1, Id, "AAAA")))];
        yield return [0, .. Utf8(Kek("dpapi-machine", Version(1, Id, "AAAA")))];
        yield return [0, .. Utf8(Kek("unprotected", Version(1, Id, Key) + "," + Version(2, OtherId, Key)))];
        yield return [1, .. Utf8(Kek(null, Version(999_999_999, Id, Key)))];
        yield return [1, .. Utf8(Kek(null, Version(1, Id, Key) + "," + Version(1, OtherId, Key)))];
        yield return [2, .. Utf8($$"""{"format":1,"salt":"{{Id}}","iterations":600000,"verifier":"{{new string('A', 96)}}"}""")];
        yield return [2, .. Utf8($$"""{"format":2,"salt":"{{Id}}","iterations":600000,"key":"{{Sealed}}"}""")];
    }

    protected override bool Parse(ReadOnlySpan<byte> input)
    {
        if (input is not [<= 2, .. var text])
            return false;
        if (input[0] == 2)
        {
            RequireSame(text, KeyringFile.Parse(text, "file").ToJson(), "keyring.json");
            return true;
        }
        using var file = KekFile.Parse(text, "file", isBackup: input[0] == 1);
        using var again = file.ToJson();
        RequireSame(text, again.Span, "KEK");
        Require(file.Versions.Contains(file.Current), "The current version is none of the versions.");
        Require(file.ToInfo().Versions.Count(version => version.IsCurrent) == 1, "Not one version is the current one.");
        return true;
    }

    private static string Kek(string? protection, string versions) =>
        $"{{\"format\":1,\"name\":\"default\"{(protection is null ? "" : $",\"protection\":\"{protection}\"")},\"current\":\"{Id}\",\"versions\":[{versions}]}}";

    private static string Version(int number, string id, string key) =>
        $$"""{"version":{{number}},"key_id":"{{id}}","created":1795284000,"key":"{{key}}"}""";
}
