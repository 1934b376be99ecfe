using EnvelopeCrypto.Format;
using EnvelopeCrypto.Keys;
using EnvelopeCrypto.Keys.Calls;
using EnvelopeCrypto.Tests.Support;

namespace EnvelopeCrypto.Tests.Keys.Calls;

/// <summary>What a failure says about the calls that have not been made yet, and what it does not.</summary>
public sealed class KekBreakerTests
{
    private const string Kek = "arn:aws:kms:eu-west-1:111122223333:key/00000000-0000-0000-0000-000000000001";
    private const string OtherKek = "arn:aws:kms:eu-west-1:111122223333:key/00000000-0000-0000-0000-000000000002";
    private const string OtherRegion = "arn:aws:kms:eu-north-1:111122223333:key/00000000-0000-0000-0000-000000000001";
    private static readonly EncryptionContext Other = SampleEnvelope.Context(("purpose", "other"));

    private readonly KekBreaker _breaker = new();

    [Theory]
    [InlineData(EnvelopeError.CredentialsMissing)]
    [InlineData(EnvelopeError.CredentialsExpired)]
    [InlineData(EnvelopeError.CredentialsInvalid)]
    [InlineData(EnvelopeError.ClockSkewed)]
    [InlineData(EnvelopeError.KeyServiceUnreachable)]
    [InlineData(EnvelopeError.KeyServiceTimeout)]
    public async Task Service_that_cannot_be_asked_stops_all_its_keks_of_the_region(EnvelopeError error)
    {
        await FailAsync(Use(), error);
        Assert.Equal([true, true, false, false], await StoppedAsync(Use(), Use(OtherKek), Use(OtherRegion), Use("service:a")));
        Assert.Equal([true], await StoppedAsync(Use($"{OtherKek} -> {Kek}", KekOperation.ReEncrypt)));
    }

    [Theory]
    [InlineData(EnvelopeError.KekNotFound)]
    [InlineData(EnvelopeError.KekDisabled)]
    [InlineData(EnvelopeError.KekPendingDeletion)]
    [InlineData(EnvelopeError.KeyServiceThrottled)]
    [InlineData(EnvelopeError.KeyServiceFailed)]
    public async Task Kek_that_is_not_there_is_stopped_for_all_that_would_be_done_with_it(EnvelopeError error)
    {
        await FailAsync(Use(), error);
        Assert.Equal(
            [true, true, true, false], await StoppedAsync(Use(), Use(operation: KekOperation.Wrap), Use(context: Other), Use(OtherKek)));
    }

    [Theory]
    [InlineData(EnvelopeError.KekUnsuitable)]
    [InlineData(EnvelopeError.PrivateKeyMissing)]
    [InlineData(EnvelopeError.CertificateUnsuitable)]
    public async Task Kek_that_cannot_do_this_may_do_other_things(EnvelopeError error)
    {
        await FailAsync(Use(), error);
        Assert.Equal([true, true, false], await StoppedAsync(Use(), Use(context: Other), Use(operation: KekOperation.Wrap)));
    }

    [Fact]
    public async Task Denied_access_is_for_one_kek_operation_and_context()
    {
        await FailAsync(Use(), EnvelopeError.AccessDenied);
        Assert.Equal(
            [true, false, false, false], await StoppedAsync(Use(), Use(context: Other), Use(operation: KekOperation.Wrap), Use(OtherKek)));
    }

    [Theory]
    [InlineData(EnvelopeError.KekUnsuitable)]
    [InlineData(EnvelopeError.KeyServiceFailed)]
    public async Task File_that_claims_another_algorithm_or_holds_rubbish_keeps_no_other_from_being_opened(EnvelopeError error)
    {
        await FailAsync(Use() with { Algorithm = RecipientAlgorithm.AwsKmsRsa }, error);
        Assert.Equal([false], await StoppedAsync(Use() with { Algorithm = RecipientAlgorithm.AwsKms }));
    }

    [Theory]
    [InlineData(EnvelopeError.KekMismatch)]
    [InlineData(EnvelopeError.WrappedKeyInvalid)]
    [InlineData(EnvelopeError.ContextMismatch)]
    [InlineData(EnvelopeError.CommitmentMismatch)]
    [InlineData(EnvelopeError.KekUseRefused)]
    public async Task Fault_of_one_file_stops_nothing(EnvelopeError error)
    {
        await FailAsync(Use(), error);
        Assert.Equal([false], await StoppedAsync(Use()));
    }

    [Fact]
    public async Task First_reason_is_said_again()
    {
        await FailAsync(Use(), EnvelopeError.KekDisabled);
        var failure = await KekFailure.ThrowsAsync(
            EnvelopeError.NotTried, () => _breaker.PassAsync(Use(), () => ValueTask.FromResult(1)).AsTask());
        Assert.Equal(EnvelopeError.KekDisabled, Assert.IsType<EnvelopeException>(failure.InnerException).Error);
    }

    private static KekUse Use(string kek = Kek, KekOperation operation = KekOperation.Unwrap, EncryptionContext? context = null) =>
        new(operation, kek, Path: null, context ?? EncryptionContext.Empty);

    private Task<EnvelopeException> FailAsync(KekUse use, EnvelopeError error) =>
        KekFailure.ThrowsAsync(error, () => _breaker.PassAsync<int>(use, () => throw new EnvelopeException(error, "no.")).AsTask());

    private async Task<List<bool>> StoppedAsync(params KekUse[] uses)
    {
        var stopped = new List<bool>();
        foreach (var use in uses)
        {
            try
            {
                await _breaker.PassAsync(use, () => ValueTask.FromResult(1));
                stopped.Add(false);
            }
            catch (EnvelopeException failure) when (failure.Error == EnvelopeError.NotTried)
            {
                stopped.Add(true);
            }
        }
        return stopped;
    }
}
