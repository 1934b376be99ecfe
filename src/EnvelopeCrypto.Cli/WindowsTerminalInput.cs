using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace EnvelopeCrypto.Cli;

/// <summary>
/// The console of this process on Windows, which edits the line itself. Run in Wine's console: questions, Backspace, letters that are not
/// ASCII, Ctrl+C; not yet on a real Windows.
/// </summary>
[SupportedOSPlatform("windows")]
internal sealed partial class WindowsTerminalInput : TerminalInput
{
    private const string ConsoleInput = "CONIN$";
    private const uint ReadAndWrite = 0xC000_0000; // GENERIC_READ | GENERIC_WRITE: the mode cannot be set without the second
    private const uint SharedReadAndWrite = 3;
    private const uint OpenExisting = 3;
    private const uint EchoInput = 4; // ENABLE_ECHO_INPUT
    private const int MaxLine = 4096;

    // Ctrl+C ends the read with nothing, perhaps before it is heard as a signal.
    private static readonly TimeSpan SignalTime = TimeSpan.FromMilliseconds(500);

    private readonly SafeFileHandle _console;
    private uint? _before;

    private WindowsTerminalInput(SafeFileHandle console) => _console = console;

    public static new WindowsTerminalInput? TryOpen()
    {
        var console = CreateFile(ConsoleInput, ReadAndWrite, SharedReadAndWrite, 0, OpenExisting, 0, 0);
        if (!console.IsInvalid)
            return new(console);
        console.Dispose();
        return null;
    }

    public override void Dispose() => _console.Dispose();

    protected override void Hide()
    {
        if (!GetConsoleMode(_console, out var mode) || !SetConsoleMode(_console, mode & ~EchoInput))
        {
            throw new EnvelopeException(
                EnvelopeError.PromptRequired,
                $"the console cannot be kept from showing what is typed: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}");
        }
        _before ??= mode;
    }

    protected override void Show()
    {
        if (_before is { } mode)
            SetConsoleMode(_console, mode);
    }

    protected override char[] ReadLine()
    {
        var line = GC.AllocateArray<char>(MaxLine, pinned: true);
        try
        {
            if (!ReadConsole(_console, line, MaxLine, out var length, 0))
            {
                throw new EnvelopeException(
                    EnvelopeError.PromptRequired,
                    $"the console cannot be read: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}");
            }
            if (length == 0)
                Thread.Sleep(SignalTime);
            var typed = line.AsSpan(0, (int)length);
            return typed.EndsWith("\r\n") ? typed[..^2].ToArray()
                : length < MaxLine ? typed.ToArray()
                : throw new EnvelopeException(EnvelopeError.PassphraseInvalid, "what was typed is too long.");
        }
        finally
        {
            Array.Clear(line);
        }
    }

    // There is no suspension.
    protected override IDisposable? OnSuspension(Action before, Action after) => null;

    [LibraryImport("kernel32", EntryPoint = "CreateFileW", SetLastError = true, StringMarshalling = StringMarshalling.Utf16)]
    private static partial SafeFileHandle CreateFile(
        string name, uint access, uint share, nint security, uint disposition, uint flags, nint template);

    [LibraryImport("kernel32", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool GetConsoleMode(SafeFileHandle console, out uint mode);

    [LibraryImport("kernel32", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool SetConsoleMode(SafeFileHandle console, uint mode);

    [LibraryImport("kernel32", EntryPoint = "ReadConsoleW", SetLastError = true, StringMarshalling = StringMarshalling.Utf16)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool ReadConsole(SafeFileHandle console, Span<char> line, uint capacity, out uint length, nint control);
}
