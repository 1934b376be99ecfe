using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Net;
using System.Security;
using System.Security.Cryptography;
using System.Text;
using EnvelopeCrypto.Keys;
using EnvelopeCrypto.Records;

namespace EnvelopeCrypto.Cli;

/// <summary><c>--text</c>: a single value through a pipe. Text becomes a token, or a token the value that it was made of.</summary>
internal static class TextValue
{
    public static readonly Option<bool> Text = new("--text")
    {
        Description =
            "Take one text from standard input, without the newline at its end, and give one to standard output. "
            + "A token is what Protect-EnvelopeData makes too.",
    };

    // More than any token has, and so than any value.
    private const int MostBytes = 4 * 1024 * 1024;

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static Task<int> ProtectAsync(ParseResult parsed, string[] paths, CancellationToken stop)
    {
        RequireAlone(parsed, paths, Options.Kek, Options.Context);
        return RunAsync(parsed, ProtectAsync, stop);
    }

    public static Task<int> UnprotectAsync(ParseResult parsed, string[] paths, CancellationToken stop)
    {
        RequireAlone(parsed, paths, Options.AllowedKek, Options.RequiredContext);
        return RunAsync(parsed, UnprotectAsync, stop);
    }

    private static async Task ProtectAsync(Invocation run, KekSession session)
    {
        var operation = new ProtectRecordOperation(session, new ProtectRecordOptions
        {
            Keks = KekDefaults.ToEncrypt(run.Many(Options.Kek), Terminal.PersonIsThere),
            Context = run.ContextOf(Options.Context),
            RecordsPerDataKey = 1,
        });
        WriteLine((await operation.ProtectValueAsync(ReadText(run), run.Stop))!);
    }

    private static async Task UnprotectAsync(Invocation run, KekSession session)
    {
        using var operation = new UnprotectRecordOperation(
            session, new UnprotectRecordOptions { RequiredContext = run.ContextOf(Options.RequiredContext) });
        var value = await operation.UnprotectValueAsync(ReadText(run), run.Stop);
        switch (value)
        {
            case byte[] bytes:
                WriteAll(bytes);
                break;
            case SecureString secret:
                using (secret)
                    WriteSecret(secret);
                break;
            case NetworkCredential:
                throw new EnvelopeException(
                    EnvelopeError.ValueUnsupported,
                    "the token holds a user name and a password, not one text; Unprotect-EnvelopeData opens it.");
            default:
                WriteLine(TextOf(value));
                break;
        }
    }

    private static async Task<int> RunAsync(ParseResult parsed, Func<Invocation, KekSession, Task> work, CancellationToken stop)
    {
        using var run = new Invocation(parsed, dataOnOutput: true, stop);
        using var session = run.OpenSession();
        return await run.PipeAsync(async _ =>
        {
            await work(run, session);
            return true;
        }, _ => { });
    }

    // Whatever is about files would be passed over.
    private static void RequireAlone(ParseResult parsed, string[] paths, params Option[] own)
    {
        if (paths is not ([] or [Destination.Pipe]))
            throw new UsageException($"{Text.Name} reads standard input, and no file.");
        Option[] allowed =
        [
            Text, .. own, .. Options.Aws, Options.AuditLog,
            Options.PassphraseFile, Options.KeyringPassphraseFile, Options.CertificatePassphraseFile,
        ];
        var other = parsed.CommandResult.Children.OfType<OptionResult>().FirstOrDefault(
            result => !result.Implicit && !allowed.Contains(result.Option));
        if (other is not null)
            throw new UsageException($"{other.Option.Name} does not go with {Text.Name}.");
    }

    private static string ReadText(Invocation run)
    {
        using var input = run.OpenInput();
        var buffer = new byte[MostBytes + 1];
        try
        {
            var length = input.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
            if (length > MostBytes)
                throw new EnvelopeException(EnvelopeError.ValueUnsupported, "it is too long for a token; protect it as a file.");
            var text = Utf8.GetString(buffer, 0, length);
            return text.EndsWith("\r\n", StringComparison.Ordinal) ? text[..^2] : text.EndsWith('\n') ? text[..^1] : text;
        }
        catch (DecoderFallbackException)
        {
            throw new EnvelopeException(EnvelopeError.ValueUnsupported, "it is not text in UTF-8; protect it as a file.");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(buffer);
        }
    }

    private static void WriteLine(string text) => WriteAll(Utf8.GetBytes(text + "\n"));

    private static void WriteSecret(SecureString secret)
    {
        var (_, bytes) = RecordValue.Encode(secret);
        var line = new byte[bytes.Length + 1];
        try
        {
            bytes.CopyTo(line, 0);
            line[^1] = (byte)'\n';
            WriteAll(line);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
            CryptographicOperations.ZeroMemory(line);
        }
    }

    private static void WriteAll(byte[] bytes)
    {
        using var output = new PipeOutput();
        output.Write(bytes);
        output.Flush();
    }

    private static string TextOf(object value) => value is DateTime or DateTimeOffset
        ? ((IFormattable)value).ToString("O", CultureInfo.InvariantCulture)
        : Convert.ToString(value, CultureInfo.InvariantCulture)!;
}
