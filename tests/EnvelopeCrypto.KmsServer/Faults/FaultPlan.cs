using System.Text.Json.Nodes;

namespace EnvelopeCrypto.KmsServer.Faults;

/// <summary>
/// What is to go wrong, in order: each call takes the first fault that is meant for its operation, or for any, until that is used up.
/// </summary>
public sealed class FaultPlan
{
    private readonly object _gate = new();
    private readonly List<(string? Operation, int Left, Fault Fault)> _planned = [];

    /// <summary>Plans a fault for the next calls.</summary>
    /// <param name="fault">What happens.</param>
    /// <param name="times">For how many calls; <see cref="int.MaxValue"/> for all to come.</param>
    /// <param name="operation">For which operation, of KMS or STS; null for any.</param>
    public void Add(Fault fault, int times = 1, string? operation = null)
    {
        lock (_gate)
            _planned.Add((operation, times, fault));
    }

    /// <summary>The next calls are throttled.</summary>
    public void Throttle(int times = 1, string? operation = null) => Reject(KmsFailure.Throttled(), times, operation);

    /// <summary>The next calls fail with status 500.</summary>
    public void Break(int times = 1, string? operation = null) => Reject(KmsFailure.Internal(), times, operation);

    /// <summary>The next calls fail in a way of choice.</summary>
    public void Reject(KmsFailure failure, int times = 1, string? operation = null) =>
        Add(new Fault { Failure = failure }, times, operation);

    /// <summary>The next answers come late.</summary>
    public void Delay(TimeSpan delay, int times = 1, string? operation = null) =>
        Add(new Fault { Before = token => Task.Delay(delay, token) }, times, operation);

    /// <summary>The next calls wait until they are let go, or their client gives up.</summary>
    public HeldCalls Hold(int times = 1, string? operation = null)
    {
        var held = new HeldCalls();
        Add(new Fault { Before = held.WaitAsync }, times, operation);
        return held;
    }

    /// <summary>The next answers end in the middle; the operation itself was done.</summary>
    public void CutOff(int times = 1, string? operation = null) => Add(new Fault { CutOff = true }, times, operation);

    /// <summary>The next answers are changed on their way.</summary>
    public void Falsify(Action<JsonObject> change, int times = 1, string? operation = null) =>
        Add(new Fault { Falsify = change }, times, operation);

    /// <summary>The next answers name another key as the one that was used.</summary>
    public void NameOtherKey(string arn, int times = 1, string? operation = null) =>
        Falsify(answer => answer["KeyId"] = arn, times, operation);

    /// <summary>The next ReEncrypts name another key as the source.</summary>
    public void NameOtherSourceKey(string arn, int times = 1) => Falsify(answer => answer["SourceKeyId"] = arn, times, "ReEncrypt");

    /// <summary>The next plaintexts have another length: 31 bytes, say.</summary>
    public void ChangePlaintextLength(int length, int times = 1, string? operation = null) =>
        Falsify(answer => answer["Plaintext"] = Convert.ToBase64String(new byte[length]), times, operation);

    /// <summary>Nothing goes wrong any more; calls that are held stay held.</summary>
    public void Clear()
    {
        lock (_gate)
            _planned.Clear();
    }

    internal Fault? Take(string operation)
    {
        lock (_gate)
        {
            var index = _planned.FindIndex(planned => planned.Operation is null || planned.Operation == operation);
            if (index < 0)
                return null;
            var (wanted, left, fault) = _planned[index];
            if (left == 1)
                _planned.RemoveAt(index);
            else
                _planned[index] = (wanted, left - 1, fault);
            return fault;
        }
    }
}
