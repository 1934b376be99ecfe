using System.Collections.Concurrent;
using System.Management.Automation;
using EnvelopeCrypto.Format;
using EnvelopeCrypto.Keys;

namespace EnvelopeCrypto.PowerShell;

/// <summary>
/// The KEKs <c>NAME:ID</c> of a provider that was registered. Its script blocks run on the pipeline's thread, no matter who asks.
/// </summary>
internal sealed class ScriptKekProvider(EnvelopeKekProvider provider, PipelineCalls calls, Action<string> warn) : IKekProvider
{
    private readonly ProviderScript _script = new(provider, warn);

    // Those that this run's parameters name: anyone who names a KEK may open with it. An id that only a file names reaches no block.
    private readonly ConcurrentDictionary<string, bool> _named = new(StringComparer.Ordinal);

    public UnwrapPriority Turn => UnwrapPriority.RegisteredProvider;

    private string Prefix { get; } = $"{provider.Name}:";

    public bool Serves(KekReference reference) =>
        reference.Kind == KekKind.Provider && reference.Id.StartsWith(Prefix, StringComparison.Ordinal);

    public bool Serves(Recipient recipient) =>
        recipient.Algorithm == RecipientAlgorithm.Provider && recipient.Kid.StartsWith(Prefix, StringComparison.Ordinal);

    public ValueTask<string> IdentifyAsync(KekReference reference, CancellationToken cancellationToken)
    {
        _named.TryAdd(reference.Id, value: true);
        return new(reference.Id);
    }

    public ValueTask<IKek> OpenAsync(KekReference reference, CancellationToken cancellationToken)
    {
        _named.TryAdd(reference.Id, value: true);
        return new(provider.Rewrap is null ? new ScriptKek(this, reference.Id) : new RewrappingScriptKek(this, reference.Id));
    }

    public ValueTask<bool> IsAllowedByDefaultAsync(Recipient recipient, CancellationToken cancellationToken) =>
        new(_named.ContainsKey(recipient.Kid));

    public ValueTask<DataKey> UnwrapAsync(Recipient recipient, EncryptionContext context, CancellationToken cancellationToken) =>
        calls.CallAsync(
        () =>
        {
            const string Part = "unwrap a data key";
            var id = IdOf(recipient.Kid);
            var output = _script.Run(Part, provider.Unwrap, id, recipient.WrappedKey.ToArray(), id, ProviderScript.TableOf(context));
            var (dataKey, why) = ProviderAnswer.Unwrapped(output);
            return dataKey ?? throw ProviderFailure.NoAnswer(provider.Name, Part, id, why);
        },
        cancellationToken);

    public void Dispose()
    {
        // The blocks are the runspace's.
    }

    /// <summary>Has the Wrap block wrap bytes, which stay the caller's to zero.</summary>
    public ValueTask<Recipient> WrapAsync(byte[] key, string kid, EncryptionContext context, CancellationToken cancellationToken) =>
        calls.CallAsync(
        () =>
        {
            const string Part = "wrap a data key";
            var id = IdOf(kid);
            return RecipientOf(kid, Part, _script.Run(Part, provider.Wrap, id, key, id, ProviderScript.TableOf(context)));
        },
        cancellationToken);

    /// <summary>Has the Rewrap block turn a recipient into one under another KEK.</summary>
    public ValueTask<Recipient> RewrapAsync(Recipient source, string kid, EncryptionContext context, CancellationToken cancellationToken) =>
        calls.CallAsync(
        () =>
        {
            const string Part = "rewrap a data key";
            var id = IdOf(kid);
            var output = _script.Run(
                Part, provider.Rewrap!, id, source.WrappedKey.ToArray(), IdOf(source.Kid), id, ProviderScript.TableOf(context));
            return RecipientOf(kid, Part, output);
        },
        cancellationToken);

    private Recipient RecipientOf(string kid, string part, IReadOnlyList<PSObject?> output)
    {
        var (wrapped, why) = ProviderAnswer.Wrapped(output);
        return new Recipient
        {
            Algorithm = RecipientAlgorithm.Provider,
            Kid = kid,
            IssuedAt = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds(),
            WrappedKey = wrapped ?? throw ProviderFailure.NoAnswer(provider.Name, part, IdOf(kid), why),
        };
    }

    private string IdOf(string kid) => kid[Prefix.Length..];
}
