using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace EnvelopeCrypto.Cli;

/// <summary>The controlling terminal on Linux and macOS; the system itself edits the line (Backspace, Ctrl+U).</summary>
[UnsupportedOSPlatform("windows")]
internal sealed partial class UnixTerminalInput : TerminalInput
{
    private const string ControllingTerminal = "/dev/tty";
    private const int StandardInput = 0;
    private const int MaxLine = 4096; // of Linux; macOS takes 1024
    private const int AfterOutput = 1; // TCSADRAIN: what was typed already is kept
    private const uint Echo = 8; // ECHO in c_lflag
    private const int SettingsSize = 256; // more than any system's struct termios has

    // Behind three flags of 32 bits on Linux, of 64 bits on macOS; the bit is in the first 32 of them.
    private static readonly int LocalFlags = OperatingSystem.IsMacOS() ? 24 : 12;
    private static readonly int Suspend = OperatingSystem.IsMacOS() ? 17 : 19; // SIGSTOP
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly FileStream _terminal;
    private byte[]? _before;

    private UnixTerminalInput(FileStream terminal) => _terminal = terminal;

    public static new UnixTerminalInput? TryOpen()
    {
        try
        {
            return new(new FileStream(ControllingTerminal, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // A terminal that was given to the process without being that of its session, as some containers have it.
            return Console.IsInputRedirected
                ? null
                : new(new FileStream(new SafeFileHandle(StandardInput, ownsHandle: false), FileAccess.Read, bufferSize: 0));
        }
    }

    public override void Dispose() => _terminal.Dispose();

    protected override void Hide()
    {
        var settings = new byte[SettingsSize];
        if (GetSettings(_terminal.SafeFileHandle, settings) != 0)
            throw NoAnswer(Marshal.GetLastPInvokeError());
        _before ??= [.. settings];
        var flags = settings.AsSpan(LocalFlags);
        var shown = BitConverter.ToUInt32(flags);
        BitConverter.TryWriteBytes(flags, shown & ~Echo);
        if (SetSettings(_terminal.SafeFileHandle, AfterOutput, settings) != 0)
            throw NoAnswer(Marshal.GetLastPInvokeError());
    }

    protected override void Show()
    {
        // Nothing more can be done about a terminal that is gone.
        if (_before is not null)
            _ = SetSettings(_terminal.SafeFileHandle, AfterOutput, _before);
    }

    protected override char[] ReadLine()
    {
        var line = GC.AllocateArray<byte>(MaxLine, pinned: true);
        try
        {
            var length = 0;
            for (int read; (length == 0 || line[length - 1] != '\n') && (read = _terminal.Read(line, length, MaxLine - length)) > 0;)
                length += read;
            if (length == MaxLine && line[^1] != '\n')
                throw new EnvelopeException(EnvelopeError.PassphraseInvalid, "what was typed is too long.");
            return Utf8.GetChars(line, 0, length > 0 && line[length - 1] == '\n' ? length - 1 : length);
        }
        catch (DecoderFallbackException)
        {
            throw new EnvelopeException(EnvelopeError.PassphraseInvalid, "what was typed is not UTF-8 text.");
        }
        catch (IOException failure)
        {
            throw new EnvelopeException(EnvelopeError.PromptRequired, $"the terminal cannot be read: {failure.Message}", failure);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(line);
        }
    }

    // Ctrl+Z and Ctrl+\ leave a terminal that shows what is typed.
    protected override IDisposable OnSuspension(Action before, Action after) => new Registrations(
        PosixSignalRegistration.Create(PosixSignal.SIGQUIT, _ => before()),
        PosixSignalRegistration.Create(PosixSignal.SIGCONT, _ => after()),
        PosixSignalRegistration.Create(PosixSignal.SIGTSTP, signal =>
        {
            // A signal that was listened for suspends nothing by itself.
            signal.Cancel = true;
            before();
            _ = Kill(Environment.ProcessId, Suspend);
        }));

    private static EnvelopeException NoAnswer(int error) =>
        new(
            EnvelopeError.PromptRequired,
            $"the terminal cannot be kept from showing what is typed: {Marshal.GetPInvokeErrorMessage(error)}");

    [LibraryImport("libc", EntryPoint = "tcgetattr", SetLastError = true)]
    private static partial int GetSettings(SafeFileHandle terminal, Span<byte> settings);

    [LibraryImport("libc", EntryPoint = "tcsetattr", SetLastError = true)]
    private static partial int SetSettings(SafeFileHandle terminal, int when, ReadOnlySpan<byte> settings);

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int process, int signal);

    private sealed class Registrations(params PosixSignalRegistration[] registrations) : IDisposable
    {
        public void Dispose() => Array.ForEach(registrations, registration => registration.Dispose());
    }
}
