using EnvelopeCrypto.Format;
using EnvelopeCrypto.Keys;

namespace EnvelopeCrypto.Tests.Keys;

/// <summary>A working provider of KEKs <c>NAME:ID</c> for one NAME: a recipient's wrapped key is the data key itself.</summary>
internal sealed class ScriptedKekProvider(string name, UnwrapPriority turn = UnwrapPriority.RegisteredProvider) : IKekProvider
{
    public List<string> Calls { get; } = [];

    public bool IsAllowedByDefault { get; set; } = true;

    public Func<string, string> Identify { get; set; } = id => id;

    public Exception? UnwrapFailure { get; set; }

    public DataKey? LastUnwrapped { get; private set; }

    public bool IsDisposed { get; private set; }

    public UnwrapPriority Turn => turn;

    public static Recipient RecipientOf(string kid, DataKey dataKey)
    {
        var bytes = new byte[DataKey.Size];
        dataKey.CopyTo(bytes);
        return new Recipient { Algorithm = RecipientAlgorithm.Provider, Kid = kid, IssuedAt = 0, WrappedKey = bytes };
    }

    public bool Serves(KekReference reference) => reference.Id.StartsWith(name + ":", StringComparison.Ordinal);

    public bool Serves(Recipient recipient) => recipient.Kid.StartsWith(name + ":", StringComparison.Ordinal);

    public ValueTask<string> IdentifyAsync(KekReference reference, CancellationToken cancellationToken)
    {
        Calls.Add($"identify {reference.Id}");
        return ValueTask.FromResult(Identify(reference.Id));
    }

    public ValueTask<IKek> OpenAsync(KekReference reference, CancellationToken cancellationToken) =>
        ValueTask.FromResult<IKek>(new Kek(Identify(reference.Id)));

    public ValueTask<bool> IsAllowedByDefaultAsync(Recipient recipient, CancellationToken cancellationToken) =>
        ValueTask.FromResult(IsAllowedByDefault);

    public ValueTask<DataKey> UnwrapAsync(Recipient recipient, EncryptionContext context, CancellationToken cancellationToken)
    {
        Calls.Add($"unwrap {recipient.Kid}");
        if (UnwrapFailure is not null)
            throw UnwrapFailure;
        return ValueTask.FromResult(LastUnwrapped = DataKey.FromBytes(recipient.WrappedKey.Span));
    }

    public void Dispose() => IsDisposed = true;

    private sealed class Kek(string reference) : IGeneratingKek
    {
        public string Reference => reference;

        public bool CanUnwrap => true;

        public bool IsNewest(Recipient recipient) => recipient.Kid == reference;

        public ValueTask<Recipient> WrapAsync(DataKey dataKey, EncryptionContext context, CancellationToken cancellationToken) =>
            ValueTask.FromResult(RecipientOf(reference, dataKey));

        public ValueTask<(DataKey DataKey, Recipient Recipient)> GenerateAsync(
            EncryptionContext context, CancellationToken cancellationToken)
        {
            var dataKey = DataKey.Generate();
            return ValueTask.FromResult((dataKey, RecipientOf(reference, dataKey)));
        }

        public ValueTask<Recipient> GenerateWithoutPlaintextAsync(EncryptionContext context, CancellationToken cancellationToken)
        {
            using var dataKey = DataKey.Generate();
            return ValueTask.FromResult(RecipientOf(reference, dataKey));
        }
    }
}
