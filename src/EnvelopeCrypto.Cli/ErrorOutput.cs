using System.Text;

namespace EnvelopeCrypto.Cli;

/// <summary>
/// Standard error: what people should know. That it cannot be written, as when a log's disk is full or the terminal is gone, must stop
/// no work; the exit code says how that went.
/// </summary>
internal static class ErrorOutput
{
    private static readonly TimeSpan LastWordOnWindows = TimeSpan.FromSeconds(1);

    public static void WriteLine(string line) => Write(line + Environment.NewLine);

    /// <summary>
    /// The last line of a process that gives up work under way. A write that waits for a reader can hold the console's lock, so it goes
    /// past the console; where no one reads standard error either, it is not said.
    /// </summary>
    public static void WriteLastLine(string line)
    {
        if (OperatingSystem.IsWindows())
            Task.Run(() => WriteLine(line)).Wait(LastWordOnWindows);
        else if (StandardDescriptor.IsOpen(StandardDescriptor.Error) && !StandardDescriptor.WouldWait(StandardDescriptor.Error))
        {
            var bytes = Encoding.UTF8.GetBytes(line + Environment.NewLine);
            _ = StandardDescriptor.Write(StandardDescriptor.Error, bytes, (nuint)bytes.Length);
        }
    }

    public static void Write(string text)
    {
        try
        {
            Console.Error.Write(text);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // There is no one to tell.
        }
    }
}
