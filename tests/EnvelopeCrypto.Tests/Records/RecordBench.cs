using EnvelopeCrypto.Format;
using EnvelopeCrypto.Keys;
using EnvelopeCrypto.Keys.Calls;
using EnvelopeCrypto.Records;
using EnvelopeCrypto.Tests.Files;

namespace EnvelopeCrypto.Tests.Records;

/// <summary>A keyring, a key service, and the operations on records.</summary>
internal sealed class RecordBench : IDisposable
{
    private readonly FileBench _files = new();
    private readonly List<IDisposable> _operations = [];

    public static CancellationToken Stop => TestContext.Current.CancellationToken;

    public Support.FakeKeyService Service => _files.Service;

    public Support.TestTime Time => _files.Time;

    public KekSession Session => _files.Session;

    public KekReference[] Keks(params string[] references) => _files.Keks(references);

    public KekSession OpenSession(string[]? allowed = null, IKekUseObserver? observer = null) => _files.OpenSession(allowed, observer);

    public ProtectRecordOperation Protecting(params string[] keks) => Protecting(new ProtectRecordOptions { Keks = Keks(keks) });

    public ProtectRecordOperation Protecting(ProtectRecordOptions options, KekSession? session = null) => new(session ?? Session, options);

    public UnprotectRecordOperation Unprotecting(EncryptionContext? required = null, KekSession? session = null)
    {
        var operation = new UnprotectRecordOperation(
            session ?? Session, new UnprotectRecordOptions { RequiredContext = required ?? EncryptionContext.Empty });
        _operations.Add(operation);
        return operation;
    }

    public RewrapRecordOperation Rewrapping(EnvelopeCrypto.Files.RewrapOptions options, KekSession? session = null)
    {
        var operation = new RewrapRecordOperation(session ?? Session, options);
        _operations.Add(operation);
        return operation;
    }

    /// <summary>A token of one local KEK.</summary>
    public async Task<string> TokenAsync(object value, params string[] keks) =>
        (await Protecting(keks.Length == 0 ? ["local:a"] : keks).ProtectValueAsync(value, Stop))!;

    public static RecordBinding Bind(params (string Name, object? Value)[] fields) =>
        RecordBinding.Of(fields.Select(field => KeyValuePair.Create(field.Name, field.Value)));

    /// <summary>The recipients that stand in a token.</summary>
    public static IReadOnlyList<Recipient> RecipientsOf(string token) => TokenFront.Parse(TokenText.Split(token)).Recipients;

    /// <summary>A token's header.</summary>
    public static TokenHeader HeaderOf(string token) => TokenFront.Parse(TokenText.Split(token)).Header;

    public void Dispose()
    {
        foreach (var operation in _operations)
            operation.Dispose();
        _files.Dispose();
    }
}
