using EnvelopeCrypto.KmsServer.Keys;

namespace EnvelopeCrypto.KmsServer.Operations;

/// <summary>The table of operations.</summary>
internal sealed class KmsOperations
{
    private readonly Dictionary<string, KmsOperation> _operations = new(StringComparer.Ordinal);

    public KmsOperations(KeyStore store)
    {
        var access = new KeyAccess(store);
        foreach (var (name, operation) in new DataOperations(store, access).All
            .Concat(new KeyOperations(store, access).All)
            .Concat(new AliasOperations(store, access).All)
            .Concat(new RotationOperations(store, access).All))
            _operations.Add(name, operation);
    }

    public KmsOperation? Find(string name) => _operations.GetValueOrDefault(name);
}
