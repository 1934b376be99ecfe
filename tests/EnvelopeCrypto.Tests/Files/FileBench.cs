using EnvelopeCrypto.Disk;
using EnvelopeCrypto.Files;
using EnvelopeCrypto.Format;
using EnvelopeCrypto.KeyPairs;
using EnvelopeCrypto.Keys;
using EnvelopeCrypto.Keys.Calls;
using EnvelopeCrypto.Keys.Certificates;
using EnvelopeCrypto.Keys.Local;
using EnvelopeCrypto.Keys.Pairs;
using EnvelopeCrypto.Tests.Keys.Local;
using EnvelopeCrypto.Tests.Keys.Passphrases;
using EnvelopeCrypto.Tests.Support;

namespace EnvelopeCrypto.Tests.Files;

/// <summary>A folder to work in, a keyring elsewhere, a key service, and the operations on them.</summary>
internal sealed class FileBench : IDisposable, INotices
{
    private readonly KeyringPlace _place = new();
    private readonly TempFolder _certificates = new();
    private readonly PassphraseBench _passphrases = new();
    private readonly List<KekSession> _sessions = [];
    private KekSession? _session;

    public FileBench()
    {
        Keyring = _place.Open(time: Time);
        Service = new FakeKeyService(time: Time);
    }

    /// <summary>When KEKs are made and wrap.</summary>
    public TestTime Time { get; } = new();

    public TempFolder Folder { get; } = new();

    public LocalKeyring Keyring { get; }

    public FakeKeyService Service { get; }

    /// <summary>A session that may use every KEK that there is.</summary>
    public KekSession Session => _session ??= OpenSession();

    /// <param name="allowed">The KEKs that may open a file; null for the default.</param>
    /// <param name="observer">Sees every use.</param>
    public KekSession OpenSession(string[]? allowed = null, IKekUseObserver? observer = null)
    {
        IKekProvider[] providers =
        [
            new LocalKekProvider(Keyring, this, Time),
            new KeyPairKekProvider(() => new XWing(), () => Keyring, time: Time),
            new CertificateKekProvider(_passphrases.Passphrases, this, Time),
            Service,
        ];
        var session = new KekSession(providers, allowed ?? [], observer);
        _sessions.Add(session);
        return session;
    }

    /// <summary>A KEK: one of the keyring is made when it is not there.</summary>
    public KekReference Kek(string reference)
    {
        var parsed = KekReference.Parse(reference);
        if (parsed.Kind == KekKind.Local && !Keyring.Names().Contains(parsed.Id, StringComparer.Ordinal))
            Keyring.Create(parsed.Id, KekProtection.Unprotected);
        return parsed;
    }

    public KekReference[] Keks(params string[] references) => Array.ConvertAll(references, Kek);

    /// <summary>A certificate's file, outside the folder to work in.</summary>
    public string Certificate(string name, string pem) => "x509:" + _certificates.Write(name, System.Text.Encoding.ASCII.GetBytes(pem));

    /// <summary>A new key pair of the keyring, and the reference of its public half's file, outside the folder to work in.</summary>
    public string KeyPair(string name)
    {
        Keyring.CreateKeyPair(name, KekProtection.Unprotected, CancellationToken.None);
        return PublicHalf(name);
    }

    /// <summary>The public half of a key pair's newest version, as a file.</summary>
    public string PublicHalf(string name)
    {
        var (kek, publicHalf) = Keyring.ReadPublicHalf(name);
        return "pub:" + _certificates.Write(
            $"{name}-{kek.Versions.Count}.pem", System.Text.Encoding.ASCII.GetBytes(KeyPairFormat.ToPem(publicHalf)));
    }

    public ProtectOperation Protecting(
        ProtectOptions options, FileSystem? files = null, KekSession? session = null, TimeProvider? time = null) =>
        new(session ?? Session, options, time ?? PatientTime.Instance, files ?? FileSystem.Default);

    public UnprotectOperation Unprotecting(UnprotectOptions? options = null, FileSystem? files = null, KekSession? session = null) =>
        new(session ?? Session, options ?? new UnprotectOptions(), files ?? FileSystem.Default);

    public RewrapOperation Rewrapping(
        RewrapOptions options, FileSystem? files = null, KekSession? session = null, TimeProvider? time = null) =>
        new(session ?? Session, options, time ?? PatientTime.Instance, files ?? FileSystem.Default);

    /// <summary>Writes a file of so many bytes.</summary>
    public string Source(int length = 100, string name = "data.bin", int seed = 1) => Folder.Write(name, SampleBytes.Of(length, seed));

    public Task<FileResult> ProtectAsync(string source, string destination, params string[] keks) =>
        Protecting(new ProtectOptions { Keks = Keks(keks) }).ProtectFileAsync(source, destination, progress: null, CancellationToken.None);

    /// <summary>An envelope in the folder, and nothing beside it.</summary>
    public async Task<string> EnvelopeAsync(byte[] plaintext, params string[] keks)
    {
        var source = Folder.Write("data.bin", plaintext);
        var envelope = Folder["data.bin.evc"];
        await ProtectAsync(source, envelope, keks);
        File.Delete(source);
        return envelope;
    }

    /// <summary>A small envelope with two slots, as a pipe makes it.</summary>
    public async Task<string> PipedEnvelopeAsync(byte[] plaintext, params string[] keks)
    {
        var envelope = Folder["data.bin.evc"];
        await Protecting(new ProtectOptions { Keks = Keks(keks) }).ProtectStreamToFileAsync(
            new MemoryStream(plaintext), envelope, progress: null, CancellationToken.None);
        return envelope;
    }

    /// <summary>What an envelope holds, opened with all KEKs or with those that are allowed.</summary>
    public async Task<byte[]> OpenAsync(string envelope, params string[] allowed)
    {
        using var output = new MemoryStream();
        var session = allowed.Length == 0 ? Session : OpenSession(allowed);
        await Unprotecting(session: session).UnprotectFileToStreamAsync(envelope, output, progress: null, CancellationToken.None);
        return output.ToArray();
    }

    public Task<FileResult> UnprotectAsync(string envelope, string destination, UnprotectOptions? options = null) =>
        Unprotecting(options).UnprotectFileAsync(envelope, destination, progress: null, CancellationToken.None);

    public Task<FileResult> RewrapAsync(string envelope, RewrapOptions options) =>
        Rewrapping(options).RewrapFileAsync(envelope, CancellationToken.None);

    /// <summary>That an action is refused, names the file, and leaves the folder exactly as it was.</summary>
    public async Task<EnvelopeException> RefusesAsync(EnvelopeError error, string path, Func<Task> action)
    {
        var before = FolderState.Of(Folder.Path);
        var failure = await Refused.AsAsync(error, action);
        Assert.Equal(path, failure.Path);
        Assert.Equal(before, FolderState.Of(Folder.Path));
        return failure;
    }

    /// <summary>The names in a folder, sorted.</summary>
    public static string[] NamesIn(string folder) =>
        [.. Directory.GetFileSystemEntries(folder).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    public static string[] KeksOf(string envelope) => [.. HeaderOf(envelope).Recipients.Select(recipient => recipient.Kek)];

    public static EnvelopeHeader HeaderOf(string envelope)
    {
        using var file = File.OpenRead(envelope);
        return EnvelopeHeader.Read(file);
    }

    public static byte[] BodyOf(string envelope) => File.ReadAllBytes(envelope)[HeaderOf(envelope).Layout.BodyOffset..];

    public void Information(string message)
    {
    }

    public void Warning(string message)
    {
    }

    public void Dispose()
    {
        foreach (var session in _sessions)
            session.Dispose();
        _passphrases.Dispose();
        _place.Dispose();
        _certificates.Dispose();
        Folder.Dispose();
    }
}
