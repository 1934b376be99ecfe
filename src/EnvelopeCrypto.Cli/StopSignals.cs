using System.Runtime.InteropServices;

namespace EnvelopeCrypto.Cli;

/// <summary>
/// Turns Ctrl+C, SIGTERM and a closed terminal into a token; a second one ends the process as the system would. A write beyond the
/// limit for files (ulimit -f) does not end it: that write fails, and is an error like any other.
/// </summary>
internal sealed class StopSignals : IDisposable
{
    private const PosixSignal FileSizeLimit = (PosixSignal)25; // SIGXFSZ, on Linux and macOS

    // Stays to the end of the process: the signal is heard some time after the write, and would end a process that no longer listens.
    private static readonly PosixSignalRegistration? Ignored =
        OperatingSystem.IsWindows() ? null : PosixSignalRegistration.Create(FileSizeLimit, context => context.Cancel = true);

    private readonly CancellationTokenSource _source = new();
    private readonly List<PosixSignalRegistration> _registrations = [];

    public StopSignals()
    {
        foreach (var signal in new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP })
            _registrations.Add(PosixSignalRegistration.Create(signal, Stop));
        GC.KeepAlive(Ignored);
    }

    public CancellationToken Token => _source.Token;

    public void Dispose()
    {
        _registrations.ForEach(registration => registration.Dispose());
        _source.Dispose();
    }

    private void Stop(PosixSignalContext context)
    {
        context.Cancel = !_source.IsCancellationRequested;
        _source.Cancel();
    }
}
