using System.Runtime.InteropServices;

namespace EnvelopeCrypto.Tests.Safety;

/// <summary>
/// What another user of a tree does: exchanges two names without pause (renameat2 with EXCHANGE), so that each of them is always there.
/// </summary>
internal sealed partial class Exchange : IDisposable
{
    private const int MostTurns = 50_000_000;
    private readonly Thread _thread;
    private readonly ManualResetEventSlim _running = new();
    private volatile bool _stopped;

    public Exchange(string one, string other)
    {
        if (!OperatingSystem.IsLinux() || RuntimeInformation.ProcessArchitecture is not (Architecture.X64 or Architecture.Arm64))
            Assert.Skip("Only Linux exchanges two names in one step.");
        _thread = new Thread(() => Run(one, other)) { IsBackground = true };
        _thread.Start();
        _running.Wait();
    }

    /// <summary>How often they were exchanged.</summary>
    public int Turns { get; private set; }

    /// <summary>Ends with the names as they were.</summary>
    public void Dispose()
    {
        _stopped = true;
        _thread.Join();
        _running.Dispose();
    }

    private void Run(string one, string other)
    {
        const int currentFolder = -100;
        const uint exchange = 2;
        var call = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 276 : 316;
        while ((!_stopped && Turns < MostTurns) || Turns % 2 == 1)
        {
            if (Rename(call, currentFolder, one, currentFolder, other, exchange) != 0 && Turns % 2 == 1)
                break;
            Turns++;
            _running.Set();
        }
    }

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial long Rename(long call, int oldFolder, string from, int folder, string to, uint flags);
}
