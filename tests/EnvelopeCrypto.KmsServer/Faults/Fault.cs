using System.Text.Json.Nodes;

namespace EnvelopeCrypto.KmsServer.Faults;

/// <summary>One way in which a call goes wrong.</summary>
public sealed class Fault
{
    /// <summary>What is waited for before the call is worked on.</summary>
    public Func<CancellationToken, Task>? Before { get; init; }

    /// <summary>The answer instead; the operation is not done.</summary>
    public KmsFailure? Failure { get; init; }

    /// <summary>A change of the answer after the operation was done.</summary>
    public Action<JsonObject>? Falsify { get; init; }

    /// <summary>Whether the answer ends in the middle, the connection with it.</summary>
    public bool CutOff { get; init; }

    internal async Task BeforeAsync(CancellationToken cancellation)
    {
        if (Before is not null)
            await Before(cancellation);
        if (Failure is not null)
            throw Failure;
    }

    internal void Change(JsonObject answer) => Falsify?.Invoke(answer);
}
