using EnvelopeCrypto.Audit;
using EnvelopeCrypto.Keys;
using EnvelopeCrypto.Keys.Local;
using EnvelopeCrypto.Tests.Keys;
using EnvelopeCrypto.Tests.Support;

namespace EnvelopeCrypto.Tests.Audit;

/// <summary>
/// When an audit log is kept, where, and under which KEK. Variables belong to the process, so nothing else runs meanwhile.
/// </summary>
[Collection(PassphraseVariables.Name)]
public sealed class AuditSettingsTests : IDisposable, INotices
{
    private static readonly string[] Variables = [AuditSettings.LogVariable, AuditSettings.KekVariable, AuditSettings.SizeVariable];

    private readonly string?[] _before = Array.ConvertAll(Variables, Environment.GetEnvironmentVariable);
    private readonly AuditBench _bench = new();
    private readonly TempFolder _home = new();
    private readonly KekPassphrases _passphrases = new();
    private readonly LocalKeyring _keyring;

    public AuditSettingsTests()
    {
        Array.ForEach(Variables, name => Environment.SetEnvironmentVariable(name, value: null));
        _keyring = new LocalKeyring(KeyringLocation.Resolve(_home.Path), _passphrases);
        _keyring.Create("a", KekProtection.Unprotected);
    }

    public void Dispose()
    {
        for (var i = 0; i < Variables.Length; i++)
            Environment.SetEnvironmentVariable(Variables[i], _before[i]);
        _keyring.Dispose();
        _passphrases.Dispose();
        _home.Dispose();
        _bench.Dispose();
    }

    [Fact]
    public void No_log_is_kept_unless_one_is_named()
    {
        var options = Options;
        Assert.Same(options, options.WithAudit(given: null));
        Assert.NotNull(options.WithAudit(_bench.Log).Observer);
        Environment.SetEnvironmentVariable(AuditSettings.LogVariable, _bench.Log);
        Assert.NotNull(options.WithAudit(given: null).Observer);
        Assert.Equal(_bench["other"], AuditSettings.LogPath(_bench["other"]));
        Assert.False(File.Exists(_bench.Log)); // before the first use
    }

    [Fact]
    public void Settings_that_make_no_sense_are_refused_before_any_use()
    {
        Environment.SetEnvironmentVariable(AuditSettings.LogVariable, "relative.log");
        Refused.As(EnvelopeError.AuditLogUnusable, () => Options.WithAudit(given: null));
        Environment.SetEnvironmentVariable(AuditSettings.LogVariable, _bench.Folder);
        Refused.As(EnvelopeError.AuditLogUnusable, () => Options.WithAudit(given: null));
        Environment.SetEnvironmentVariable(AuditSettings.LogVariable, _bench.Log);
        foreach (var size in new[] { "0", "-1", "1e3", "much", "99999999999999999999" })
        {
            Environment.SetEnvironmentVariable(AuditSettings.SizeVariable, size);
            Refused.As(EnvelopeError.AuditLogUnusable, () => Options.WithAudit(given: null));
        }
        Environment.SetEnvironmentVariable(AuditSettings.SizeVariable, value: null);
        Environment.SetEnvironmentVariable(AuditSettings.KekVariable, "nonsense");
        Refused.As(EnvelopeError.KekReferenceInvalid, () => Options.WithAudit(given: null));
    }

    [Fact]
    public async Task Variables_name_kek_and_size_of_a_file()
    {
        Environment.SetEnvironmentVariable(AuditSettings.KekVariable, "local:a");
        Environment.SetEnvironmentVariable(AuditSettings.SizeVariable, "1");
        using (var session = Options.WithAudit(_bench.Log).Open())
            await WrapAsync(session, "local:a");
        using var verification = new AuditVerification(kek: null, Options);
        var verdict = await verification.VerifyAsync(_bench.Log, CancellationToken.None);
        Assert.True(verdict.Valid, verdict.Reason);
        Assert.Equal(("local:a", 2), (verdict.Kek, verdict.Files.Count));
    }

    [Fact]
    public async Task Chain_under_any_kek_that_may_open_files_is_verified_when_none_is_named()
    {
        Environment.SetEnvironmentVariable(AuditSettings.KekVariable, "local:a");
        using (var session = Options.WithAudit(_bench.Log).Open())
            await WrapAsync(session, "local:a");
        Environment.SetEnvironmentVariable(AuditSettings.KekVariable, value: null);
        using var verification = new AuditVerification(kek: null, Options);
        Assert.True((await verification.VerifyAsync(_bench.Log, CancellationToken.None)).Valid);
        using var refused = new AuditVerification(kek: null, Options with { AllowedKeks = ["local:b"] });
        await Refused.AsAsync(EnvelopeError.KekNotAllowed, () => refused.VerifyAsync(_bench.Log, CancellationToken.None));
    }

    [Fact]
    public async Task Making_the_first_kek_is_recorded()
    {
        _passphrases.Keyring.Set("for the keyring");
        using (var session = Options.WithAudit(_bench.Log).Open())
            await WrapAsync(session, "local:default");
        Assert.Equal(
            ["Create Started", "Create Done", "Wrap Started", "Wrap Done"],
            _bench.Records().Select(record => $"{record.Operation} {record.Outcome}"),
            StringComparer.Ordinal);
    }

    void INotices.Information(string message)
    {
    }

    void INotices.Warning(string message)
    {
    }

    private KekSessionOptions Options => new() { Passphrases = _passphrases, Notices = this, Keyring = () => _keyring };

    private static async Task WrapAsync(KekSession session, string kek)
    {
        var keks = await session.OpenAsync([KekReference.Parse(kek)], CancellationToken.None);
        using var dataKey = DataKey.Generate();
        await session.WrapAsync(keks[0], dataKey, new KeySubject(AuditBench.Context, "/x"), CancellationToken.None);
    }
}
