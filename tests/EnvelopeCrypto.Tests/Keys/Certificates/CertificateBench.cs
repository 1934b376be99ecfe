using System.Collections.Concurrent;
using EnvelopeCrypto.Format;
using EnvelopeCrypto.Keys;
using EnvelopeCrypto.Keys.Certificates;

namespace EnvelopeCrypto.Tests.Keys.Certificates;

/// <summary>A folder for certificates, and a provider that reads them.</summary>
internal sealed class CertificateBench : IDisposable, INotices
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("envelope-certificates-");
    private readonly ConcurrentQueue<string> _warnings = new();

    public CertificateBench(IPassphrasePrompt? prompt = null, TimeProvider? time = null)
    {
        Passphrases = new KekPassphrases(prompt);
        Provider = new CertificateKekProvider(Passphrases, this, time);
    }

    public KekPassphrases Passphrases { get; }

    public CertificateKekProvider Provider { get; }

    public IReadOnlyCollection<string> Warnings => _warnings;

    public string Folder => _folder.FullName;

    public KekReference File(string name, string content)
    {
        System.IO.File.WriteAllText(Path.Combine(Folder, name), content);
        return Reference(name);
    }

    public KekReference File(string name, byte[] content)
    {
        System.IO.File.WriteAllBytes(Path.Combine(Folder, name), content);
        return Reference(name);
    }

    public KekReference Reference(string name) => KekReference.Parse("x509:" + Path.Combine(Folder, name));

    public async Task<string> IdentifyAsync(KekReference reference) => await Provider.IdentifyAsync(reference, CancellationToken.None);

    public async Task<IKek> OpenAsync(KekReference reference) => await Provider.OpenAsync(reference, CancellationToken.None);

    public async Task<Recipient> WrapAsync(KekReference reference, DataKey dataKey) =>
        await (await OpenAsync(reference)).WrapAsync(dataKey, EncryptionContext.Empty, CancellationToken.None);

    public async Task<DataKey> UnwrapAsync(Recipient recipient) =>
        await Provider.UnwrapAsync(recipient, EncryptionContext.Empty, CancellationToken.None);

    /// <summary>Wraps for the certificate and unwraps again; whether it is the same key.</summary>
    public async Task<bool> RoundTripsAsync(KekReference reference)
    {
        using var dataKey = DataKey.Generate();
        using var unwrapped = await UnwrapAsync(await WrapAsync(reference, dataKey));
        return unwrapped.SameAs(dataKey);
    }

    public void Information(string message)
    {
    }

    public void Warning(string message) => _warnings.Enqueue(message);

    public void Dispose()
    {
        Provider.Dispose();
        Passphrases.Dispose();
        _folder.Delete(recursive: true);
    }
}
