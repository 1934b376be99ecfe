using System.Collections.Concurrent;

namespace EnvelopeCrypto.KmsServer;

/// <summary>Every call that reached the server, in the order of arrival; retries of a client count too.</summary>
public sealed class CallLog
{
    private readonly ConcurrentQueue<CallRecord> _records = new();

    /// <summary>All of them, as they are now.</summary>
    public IReadOnlyList<CallRecord> All => [.. _records];

    /// <summary>How many calls of all operations.</summary>
    public int Total => _records.Count;

    /// <summary>How many Decrypts and ReEncrypts let the ciphertext choose the key.</summary>
    public int OpenEnded => _records.Count(record => record.OpenEnded);

    /// <summary>How many calls of one operation, failed ones too.</summary>
    public int Count(string operation) => _records.Count(record => record.Operation == operation);

    /// <summary>The calls of one operation.</summary>
    public IReadOnlyList<CallRecord> Of(string operation) => [.. _records.Where(record => record.Operation == operation)];

    /// <summary>How many calls of each operation, by name.</summary>
    public IReadOnlyDictionary<string, int> Counts() =>
        _records.GroupBy(record => record.Operation, StringComparer.Ordinal)
            .OrderBy(group => group.Key, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => group.Count(), StringComparer.Ordinal);

    /// <summary>Forgets them all.</summary>
    public void Clear() => _records.Clear();

    internal void Add(CallRecord record) => _records.Enqueue(record);
}
