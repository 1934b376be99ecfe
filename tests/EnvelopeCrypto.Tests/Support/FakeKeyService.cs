using System.Collections.Concurrent;
using System.Security.Cryptography;
using EnvelopeCrypto.Body;
using EnvelopeCrypto.Format;
using EnvelopeCrypto.Keys;

namespace EnvelopeCrypto.Tests.Support;

/// <summary>
/// A key service in memory, which works: its KEKs <c>NAME:ID</c> never leave it, it binds what it wraps to the encryption context, and
/// it re-encrypts from one KEK to another. It can be told to misbehave.
/// </summary>
internal sealed class FakeKeyService(string name = "service", TimeProvider? time = null) : IKekProvider
{
    private readonly TimeProvider _time = time ?? new TestTime();
    private readonly ConcurrentDictionary<string, byte[]> _keks = new(StringComparer.Ordinal);

    /// <summary>Every operation, in order.</summary>
    public ConcurrentQueue<string> Calls { get; } = new();

    /// <summary>Runs in the middle of each wrap, unwrap and re-encryption.</summary>
    public Action? Meanwhile { get; set; }

    /// <summary>Awaited before each answer; what it throws, the service fails with.</summary>
    public Func<string, Task>? Answering { get; set; }

    /// <summary>Whether its KEKs make data keys themselves.</summary>
    public bool Generates { get; set; }

    /// <summary>As for a user with rights to re-encrypt only.</summary>
    public bool RefusesUnwrap { get; set; }

    public bool CanReEncrypt { get; set; } = true;

    public bool AnswerProves { get; set; } = true;

    /// <summary>Whether an unwrap gives another key than the one that was wrapped.</summary>
    public bool UnwrapLies { get; set; }

    /// <summary>Whether a wrap gives bytes that nobody can unwrap.</summary>
    public bool WrapsRubbish { get; set; }

    /// <summary>Bytes that a wrapped key has at least.</summary>
    public int WrappedLength { get; set; }

    public UnwrapPriority Turn => UnwrapPriority.KeyService;

    public bool Serves(KekReference reference) => reference.Id.StartsWith(name + ":", StringComparison.Ordinal);

    public bool Serves(Recipient recipient) => recipient.Kid.StartsWith(name + ":", StringComparison.Ordinal);

    public ValueTask<string> IdentifyAsync(KekReference reference, CancellationToken cancellationToken) =>
        ValueTask.FromResult(reference.Id);

    public ValueTask<IKek> OpenAsync(KekReference reference, CancellationToken cancellationToken) => 
        ValueTask.FromResult<IKek>(Generates ? new GeneratingKek(this, reference.Id) : new Kek(this, reference.Id));

    public ValueTask<bool> IsAllowedByDefaultAsync(Recipient recipient, CancellationToken cancellationToken) => ValueTask.FromResult(true);

    public async ValueTask<DataKey> UnwrapAsync(Recipient recipient, EncryptionContext context, CancellationToken cancellationToken)
    {
        await HearAsync($"unwrap {recipient.Kid}", cancellationToken);
        if (RefusesUnwrap)
            throw new EnvelopeException(EnvelopeError.KekNotAllowed, "the key service denies it.");
        var dataKey = Unwrap(recipient, context);
        return UnwrapLies ? DataKey.Generate() : dataKey;
    }

    public void Dispose()
    {
        // Its KEKs are in memory of the test only.
    }

    /// <summary>How many operations of that name it was asked for.</summary>
    public int Count(string operation) => Calls.Count(call => call.StartsWith(operation + " ", StringComparison.Ordinal));

    private async ValueTask HearAsync(string call, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Calls.Enqueue(call);
        Meanwhile?.Invoke();
        if (Answering is not null)
            await Answering(call);
        cancellationToken.ThrowIfCancellationRequested();
    }

    private byte[] KeyOf(string kid) => _keks.GetOrAdd(kid, _ => RandomNumberGenerator.GetBytes(Cobblestone.KeySize));

    private Recipient Wrap(string kid, DataKey dataKey, EncryptionContext context)
    {
        var wrapped = Cobblestone.Seal(KeyOf(kid), context.Bytes, dataKey.Span, RandomNumberGenerator.Fill);
        if (WrapsRubbish)
            RandomNumberGenerator.Fill(wrapped);
        return new Recipient
        {
            Algorithm = RecipientAlgorithm.Provider,
            Kid = kid,
            IssuedAt = _time.GetUtcNow().ToUnixTimeSeconds(),
            WrappedKey = (byte[])[.. wrapped, .. new byte[Math.Max(0, WrappedLength - wrapped.Length)]],
        };
    }

    private DataKey Unwrap(Recipient recipient, EncryptionContext context)
    {
        var plain = new byte[DataKey.Size];
        return Cobblestone.TryOpen(
            KeyOf(recipient.Kid), context.Bytes, recipient.WrappedKey.Span[..RecipientGrammar.SealedKeyLength], plain)
            ? DataKey.FromBytes(plain)
            : throw new EnvelopeException(EnvelopeError.WrappedKeyInvalid, "the key service cannot open it.");
    }

    private class Kek(FakeKeyService service, string kid) : IReEncryptingKek
    {
        public string Reference => kid;

        public bool CanUnwrap => true;

        protected FakeKeyService Service => service;

        public bool IsNewest(Recipient recipient) => recipient.Kid == kid;

        public bool AnswerProves => service.AnswerProves;

        public bool CanReEncrypt(Recipient source) => service.CanReEncrypt && service.Serves(source);

        public async ValueTask<Recipient> WrapAsync(DataKey dataKey, EncryptionContext context, CancellationToken cancellationToken)
        {
            await service.HearAsync($"wrap {kid}", cancellationToken);
            return service.Wrap(kid, dataKey, context);
        }

        public async ValueTask<Recipient> ReEncryptAsync(Recipient source, EncryptionContext context, CancellationToken cancellationToken)
        {
            await service.HearAsync($"re-encrypt {source.Kid} -> {kid}", cancellationToken);
            using var dataKey = service.Unwrap(source, context);
            return service.Wrap(kid, dataKey, context);
        }
    }

    private sealed class GeneratingKek(FakeKeyService service, string kid) : Kek(service, kid), IGeneratingKek
    {
        public async ValueTask<(DataKey DataKey, Recipient Recipient)> GenerateAsync(
            EncryptionContext context, CancellationToken cancellationToken)
        {
            await Service.HearAsync($"generate {Reference}", cancellationToken);
            var dataKey = DataKey.Generate();
            return (dataKey, Service.Wrap(Reference, dataKey, context));
        }

        public async ValueTask<Recipient> GenerateWithoutPlaintextAsync(EncryptionContext context, CancellationToken cancellationToken)
        {
            await Service.HearAsync($"generate-hidden {Reference}", cancellationToken);
            using var dataKey = DataKey.Generate();
            return Service.Wrap(Reference, dataKey, context);
        }
    }
}
