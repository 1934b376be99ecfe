using System.Security.Cryptography;
using EnvelopeCrypto.Format;
using EnvelopeCrypto.Keys;
using EnvelopeCrypto.Keys.Passphrases;
using EnvelopeCrypto.Primitives;
using EnvelopeCrypto.Tests.Support;

namespace EnvelopeCrypto.Tests.Keys.Passphrases;

/// <summary>A provider of passphrases whose derivation is quick and counted.</summary>
internal sealed class PassphraseBench : IDisposable
{
    private int _derivations;

    public PassphraseBench(
        string? passphrase = null, string? newPassphrase = null, bool forRewrap = false, IPassphrasePrompt? prompt = null, DateTimeOffset now = default)
    {
        Passphrases = new KekPassphrases(prompt);
        if (passphrase is not null)
            Passphrases.Recipient.Set(passphrase);
        if (newPassphrase is not null)
            Passphrases.NewRecipient.Set(newPassphrase);
        Provider = new PassphraseKekProvider(Passphrases, forRewrap, new TestTime(now), RandomNumberGenerator.Fill, Derive);
    }

    public static KekReference Reference { get; } = KekReference.Parse("passphrase");

    public static EncryptionContext Context { get; } = EncryptionContext.Create([new("purpose", "backup")]);

    public KekPassphrases Passphrases { get; }

    public PassphraseKekProvider Provider { get; }

    public int Derivations => _derivations;

    public async Task<IKek> OpenAsync() => await Provider.OpenAsync(Reference, CancellationToken.None);

    public async Task<Recipient> WrapAsync(DataKey dataKey) =>
        await (await OpenAsync()).WrapAsync(dataKey, Context, CancellationToken.None);

    public async Task<DataKey> UnwrapAsync(Recipient recipient, EncryptionContext? context = null) =>
        await Provider.UnwrapAsync(recipient, context ?? Context, CancellationToken.None);

    /// <summary>A recipient that another session made under this passphrase.</summary>
    public static async Task<Recipient> MadeElsewhereAsync(string passphrase, DataKey dataKey)
    {
        using var elsewhere = new PassphraseBench(passphrase);
        return await elsewhere.WrapAsync(dataKey);
    }

    public void Dispose()
    {
        Provider.Dispose();
        Passphrases.Dispose();
    }

    private SecretBytes Derive(SecretBytes passphrase, ReadOnlySpan<byte> salt, int iterations)
    {
        Interlocked.Increment(ref _derivations);
        var kek = new SecretBytes(DataKey.Size);
        HMACSHA256.HashData(passphrase.Span, [.. salt, .. BitConverter.GetBytes(iterations)], kek.Span);
        return kek;
    }
}
