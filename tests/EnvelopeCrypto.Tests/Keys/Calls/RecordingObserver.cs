using EnvelopeCrypto.Keys;
using EnvelopeCrypto.Keys.Calls;

namespace EnvelopeCrypto.Tests.Keys.Calls;

/// <summary>Writes down every use, and refuses where it is told to.</summary>
internal sealed class RecordingObserver : IKekUseObserver
{
    public List<string> Seen { get; } = [];

    /// <summary>Whether each use that was begun is served by what another got, in order.</summary>
    public List<bool> Shared { get; } = [];

    public Exception? RefuseStart { get; set; }

    public Exception? RefuseResult { get; set; }

    public ValueTask OnStartingAsync(KekUse use, CancellationToken cancellationToken)
    {
        Seen.Add($"{use.Operation} {use.Name} {use.Path}");
        Shared.Add(use.IsShared);
        return RefuseStart is null ? ValueTask.CompletedTask : ValueTask.FromException(RefuseStart);
    }

    public ValueTask OnFinishedAsync(KekUse use, TimeSpan duration, Exception? failure, CancellationToken cancellationToken)
    {
        Seen.Add(
            $"{use.Operation} {(failure is null ? "done" : (failure as EnvelopeException)?.Error.ToString() ?? failure.GetType().Name)}");
        return RefuseResult is null ? ValueTask.CompletedTask : ValueTask.FromException(RefuseResult);
    }
}
