using System.Text;

namespace EnvelopeCrypto.Cli;

/// <summary>
/// Text on standard output and error: UTF-8 wherever it is redirected, since a code page or another charset has no place for most
/// names of files, and JSON is UTF-8.
/// </summary>
internal static class OutputText
{
    /// <summary>Sets up what <see cref="Console"/> writes to. Before anything is written.</summary>
    public static void SetUp()
    {
        // The console of Windows takes UTF-16 past its code page, which stays as it is.
        if (OperatingSystem.IsWindows())
            Console.OutputEncoding = Encoding.Unicode;
        // Console makes them safe for any thread.
        if (Console.IsOutputRedirected && StandardDescriptor.IsOpen(StandardDescriptor.Output))
            Console.SetOut(new LazyWriter(Console.OpenStandardOutput));
        if (Console.IsErrorRedirected && StandardDescriptor.IsOpen(StandardDescriptor.Error))
            Console.SetError(new LazyWriter(Console.OpenStandardError));
    }
}
