namespace EnvelopeCrypto.Errors;

/// <summary>What goes with an error id. What the id means stands at <see cref="EnvelopeError"/>.</summary>
/// <param name="Error">The id.</param>
/// <param name="Category">PowerShell's name for the kind of failure, one of <c>ErrorCategory</c>.</param>
/// <param name="PowerShell">The ways out in words of the module.</param>
/// <param name="Tool">
/// In words of the command line; empty where the message says it all. What stands between ` is a command of its own.
/// </param>
internal sealed record ErrorEntry(EnvelopeError Error, string Category, WayOut[] PowerShell, WayOut[] Tool)
{
    public ErrorEntry(EnvelopeError error, string category, WayOut[] powerShell)
        : this(error, category, powerShell, [])
    {
    }
}
