using System.Text;
using System.Text.Json.Nodes;
using EnvelopeCrypto.KmsServer.Callers;

namespace EnvelopeCrypto.KmsServer.Operations;

/// <summary>One call of an operation: who asks, in which Region, and the members of the body, checked as KMS checks them.</summary>
internal sealed class KmsRequest(string operation, Caller caller, string region, JsonObject body, CallRecord record)
{
    private const int MaxPlaintext = 4096;
    private const int MaxCiphertext = 6144;

    public string Operation => operation;

    public Caller Caller => caller;

    public string Region => region;

    /// <summary>What the log keeps of it.</summary>
    public CallRecord Record => record;

    public JsonNode? Node(string name) => body[name];

    public string? Text(string name) => (body[name] as JsonValue)?.GetValue<string>();

    public string RequiredText(string name) => Text(name) ?? throw Missing(name);

    public int? Number(string name) => (body[name] as JsonValue)?.GetValue<int>();

    public bool Flag(string name) => (body[name] as JsonValue)?.GetValue<bool>() ?? false;

    public byte[] Plaintext(string name) => Bytes(name, MaxPlaintext);

    public byte[] CiphertextBlob(string name) => Bytes(name, MaxCiphertext);

    /// <summary>An encryption context, which may be missing: that and an empty one are the same.</summary>
    public IReadOnlyDictionary<string, string> Context(string name)
    {
        var context = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, value) in body[name] as JsonObject ?? [])
            context[key] = value!.GetValue<string>();
        // KMS serialises the context before it measures it; the pairs' bytes are close enough for what clients must heed.
        if (context.Sum(pair => Encoding.UTF8.GetByteCount(pair.Key) + Encoding.UTF8.GetByteCount(pair.Value)) > 8192)
            throw KmsFailure.Validation("The encryption context is too long: at most 8192 bytes are allowed.");
        return context;
    }

    private byte[] Bytes(string name, int limit)
    {
        byte[] bytes;
        try
        {
            bytes = Convert.FromBase64String(RequiredText(name));
        }
        catch (FormatException)
        {
            throw new KmsFailure("SerializationException", $"The member {name} is not base64.");
        }
        var member = char.ToLowerInvariant(name[0]) + name[1..];
        if (bytes.Length == 0)
            throw KmsFailure.Constraint(member, "Member must have length greater than or equal to 1");
        return bytes.Length <= limit
            ? bytes
            : throw KmsFailure.Constraint(member, $"Member must have length less than or equal to {limit}");
    }

    private static KmsFailure Missing(string name) =>
        KmsFailure.Constraint(char.ToLowerInvariant(name[0]) + name[1..], "Member must not be null");
}
