namespace EnvelopeCrypto.Cli;

/// <summary>
/// Standard error: what people should know. That it cannot be written, as when a log's disk is full or the terminal is gone, must stop
/// no work; the exit code says how that went.
/// </summary>
internal static class ErrorOutput
{
    public static void WriteLine(string line) => Write(line + Environment.NewLine);

    public static void Write(string text)
    {
        try
        {
            Console.Error.Write(text);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // There is nobody to tell.
        }
    }
}
