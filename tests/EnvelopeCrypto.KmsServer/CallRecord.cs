namespace EnvelopeCrypto.KmsServer;

/// <summary>What the log keeps of a call, as CloudTrail does: who asked for what, with which keys and context. Never a secret.</summary>
public sealed class CallRecord
{
    private static readonly IReadOnlyDictionary<string, string> NoContext = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>The operation, such as <c>Decrypt</c>.</summary>
    public required string Operation { get; init; }

    /// <summary>The Region of the request's signature; empty where there is none.</summary>
    public string Region { get; internal set; } = "";

    /// <summary>The caller's ARN; empty when the caller was not recognised.</summary>
    public string Caller { get; internal set; } = "";

    /// <summary>The ARNs of the keys that the operation used: for ReEncrypt the source, then the destination.</summary>
    public IReadOnlyList<string> Keys { get; private set; } = [];

    /// <summary>The encryption context; for ReEncrypt that of the source.</summary>
    public IReadOnlyDictionary<string, string> Context { get; internal set; } = NoContext;

    /// <summary>The encryption context that a ReEncrypt changes to; empty for other operations.</summary>
    public IReadOnlyDictionary<string, string> DestinationContext { get; internal set; } = NoContext;

    /// <summary>The accounts whose trail shows the call: the caller's, and those of the keys.</summary>
    public IReadOnlyList<string> SeenBy =>
        [.. Keys.Prepend(Caller).Where(arn => arn.Length > 0).Select(arn => arn.Split(':')[4]).Distinct(StringComparer.Ordinal)];

    /// <summary>A Decrypt or ReEncrypt of a symmetric ciphertext that names no key, so that the ciphertext chooses it.</summary>
    public bool OpenEnded { get; internal set; }

    /// <summary>
    /// The error's type, <c>CutOff</c>, or <c>Abandoned</c> by its client; null after success and while the call is under way.
    /// </summary>
    public string? Error { get; internal set; }

    internal void AddKey(string arn) => Keys = [.. Keys, arn];
}
