namespace EnvelopeCrypto.Tests.Support;

/// <summary>
/// The machine's time of day, but no time passes: who waits for another's lock never runs out of patience on a busy machine.
/// </summary>
internal sealed class PatientTime : TimeProvider
{
    public static PatientTime Instance { get; } = new();

    public override long GetTimestamp() => 0;
}
