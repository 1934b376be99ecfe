using EnvelopeCrypto.Format;
using EnvelopeCrypto.Keys;
using EnvelopeCrypto.Keys.Local;
using EnvelopeCrypto.Tests.Keys.Local;

namespace EnvelopeCrypto.Tests.Keys.Deferred;

/// <summary>The adapter of AWS KMS is made when a KEK of KMS is used, once, and never for a run that only says what it would do.</summary>
public sealed class DeferredKeyServiceTests : IDisposable
{
    private const string Arn = "arn:aws:kms:eu-west-1:111122223333:key/00000000-0000-0000-0000-000000000001";

    private readonly KekPassphrases _passphrases = new();
    private readonly ScriptedKekProvider _kms = new("arn", UnwrapPriority.KeyService);
    private int _made;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _passphrases.Dispose();

    [Fact]
    public async Task It_is_made_once_when_a_kek_is_used_and_disposed_with_the_session()
    {
        using (var session = Open(() => Make()))
        {
            Assert.Equal(Arn, await session.IdentifyAsync(KekReference.Parse(Arn), Stop));
            Assert.Equal("passphrase", await session.IdentifyAsync(KekReference.Parse("passphrase"), Stop));
            Assert.Equal(0, _made);
            await session.OpenAsync([KekReference.Parse(Arn), KekReference.Parse(Arn)], Stop);
            Assert.Equal(1, _made);
        }
        Assert.True(_kms.IsDisposed);
    }

    [Fact]
    public async Task An_alias_is_asked_for_at_the_service()
    {
        _kms.Identify = _ => Arn;
        using var session = Open(() => Make());
        Assert.Equal(Arn, await session.IdentifyAsync(KekReference.Parse("alias/backup"), Stop));
    }

    [Theory]
    [InlineData(RecipientAlgorithm.AwsKms)]
    [InlineData(RecipientAlgorithm.AwsKmsRsa)]
    public async Task Its_recipients_are_unwrapped_there(string algorithm)
    {
        using var session = Open(() => Make());
        using var dataKey = DataKey.Generate();
        var recipient = ScriptedKekProvider.RecipientOf(Arn, dataKey) with { Algorithm = algorithm };
        using var opened = await session.UnwrapAsync([recipient], new KeySubject(EncryptionContext.Empty), _ => true, Stop);
        Assert.True(opened.DataKey.SameAs(dataKey));
    }

    [Theory]
    [InlineData(Arn)]
    [InlineData("alias/backup")]
    public async Task Without_an_adapter_its_keks_have_no_provider(string kek)
    {
        using var session = Open(null);
        await KekFailure.ThrowsAsync(EnvelopeError.KekProviderMissing, () => session.OpenAsync([KekReference.Parse(kek)], Stop).AsTask());
    }

    [Theory]
    [InlineData(Arn)]
    [InlineData("alias/backup")]
    [InlineData("aws-kms:00000000-0000-0000-0000-000000000001")]
    public async Task Preview_takes_a_reference_as_it_stands(string kek)
    {
        using var session = Open(() => Make(), offline: true);
        Assert.Equal(kek, await session.IdentifyAsync(KekReference.Parse(kek), Stop));
        Assert.Equal([kek], await session.PreviewAsync([KekReference.Parse(kek)], Stop));
        await Assert.ThrowsAsync<InvalidOperationException>(() => session.OpenAsync([KekReference.Parse(kek)], Stop).AsTask());
        Assert.Equal(0, _made);
    }

    private ScriptedKekProvider Make()
    {
        _made++;
        return _kms;
    }

    private KekSession Open(Func<IKekProvider>? keyService, bool offline = false) => new KekSessionOptions
    {
        Passphrases = _passphrases,
        Notices = new RecordedNotices(),
        Keyring = () => throw new InvalidOperationException("No keyring is needed here."),
        KeyService = keyService,
        Offline = offline,
    }.Open();
}
