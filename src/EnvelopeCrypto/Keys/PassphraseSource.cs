using System.Security.Cryptography;
using System.Text;
using EnvelopeCrypto.Keys.Secrets;
using EnvelopeCrypto.Primitives;

namespace EnvelopeCrypto.Keys;

/// <summary>
/// Where one of the passphrases comes from: what was given, else an environment variable, else the file that its <c>_FILE</c> form
/// names (a file or a systemd credential), else a prompt when a person is there. It is read once, also by several threads at once.
/// </summary>
public sealed class PassphraseSource : IDisposable
{
    private const int MaxFileLength = 64 * 1024;
    private const int Attempts = 3;

    // Held across the prompt too: two threads that need it ask once.
    private readonly object _gate = new();
    private readonly string _variable;
    private string _purpose;
    private readonly IPassphrasePrompt? _prompt;
    private SecretBytes? _passphrase;
    private Exception? _promptFailure;

    /// <param name="variable">The environment variable, such as <c>ENVELOPECRYPTO_PASSPHRASE</c>.</param>
    /// <param name="purpose">What it is for, in words: "the keyring's passphrase".</param>
    /// <param name="prompt">Null when no one is there.</param>
    internal PassphraseSource(string variable, string purpose, IPassphrasePrompt? prompt)
    {
        _variable = variable;
        _purpose = purpose;
        _prompt = prompt;
    }

    /// <summary>Whether one was given or stands in the environment, so that none has to be asked for.</summary>
    public bool IsGiven =>
        Volatile.Read(ref _passphrase) is not null || Variable(_variable) is not null || Variable(FileVariable) is not null;

    private string FileVariable => _variable + "_FILE";

    /// <summary>Sets the passphrase itself; the caller zeroes its characters.</summary>
    /// <exception cref="EnvelopeException">PassphraseInvalid.</exception>
    public void Set(ReadOnlySpan<char> passphrase)
    {
        var normalized = KeyDerivation.Normalize(passphrase);
        lock (_gate)
        {
            _passphrase?.Dispose();
            _passphrase = normalized;
        }
    }

    /// <summary>Sets the passphrase from a file: its one line of UTF-8 text, without a byte order mark and a newline at its end.</summary>
    /// <exception cref="EnvelopeException">
    /// PassphraseInvalid: it cannot be read, is not text, or has another line, an empty one too.
    /// </exception>
    public void SetFromFile(string path)
    {
        var bytes = ReadFile(path);
        var characters = new char[bytes.Length];
        try
        {
            var length = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true)
                .GetChars(WithoutMark(bytes), characters);
            var passphrase = WithoutNewline(characters.AsSpan(0, length));
            RequireOneLine(passphrase);
            Set(passphrase);
        }
        catch (DecoderFallbackException failure)
        {
            throw new EnvelopeException(EnvelopeError.PassphraseInvalid, $"{_purpose}: the file '{path}' is not UTF-8 text.", failure);
        }
        catch (EnvelopeException failure)
        {
            throw new EnvelopeException(failure.Error, $"{_purpose}, from the file '{path}': {failure.Reason}", failure);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
            Array.Clear(characters);
        }
    }

    /// <summary>Says in questions and errors what it is for, where a command knows better.</summary>
    internal void SayFor(string purpose) => _purpose = purpose;

    /// <inheritdoc/>
    public void Dispose() => _passphrase?.Dispose();

    /// <summary>The passphrase's bytes, which stay this source's own.</summary>
    /// <param name="confirm">Ask twice at a prompt.</param>
    /// <exception cref="EnvelopeException">PassphraseRequired, PromptRequired, PassphraseInvalid.</exception>
    internal SecretBytes Get(bool confirm = false)
    {
        lock (_gate)
        {
            if (_passphrase is not null)
                return _passphrase;
            if (Variable(_variable) is { } text)
                Set(text);
            else if (Variable(FileVariable) is { } path)
                SetFromFile(path);
            else
                Prompt(confirm);
            return _passphrase!;
        }
    }

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;

    // Editors on Windows put one there, and no one can type it at a prompt.
    private static ReadOnlySpan<byte> WithoutMark(ReadOnlySpan<byte> text) =>
        text.StartsWith(Encoding.UTF8.Preamble) ? text[Encoding.UTF8.Preamble.Length..] : text;

    private static ReadOnlySpan<char> WithoutNewline(ReadOnlySpan<char> text)
    {
        if (text.EndsWith("\n"))
            text = text[..^1];
        return text.EndsWith("\r") ? text[..^1] : text;
    }

    // What was typed at a prompt has none: files made with a second line, or an empty one, would not open with what people know.
    private static void RequireOneLine(ReadOnlySpan<char> passphrase)
    {
        if (passphrase.ContainsAny('\n', '\r'))
        {
            throw new EnvelopeException(
                EnvelopeError.PassphraseInvalid,
                passphrase.Trim("\r\n").ContainsAny('\n', '\r')
                    ? "it has more than one line; keep the passphrase alone in it."
                    : "it has an empty line before or after the passphrase; take that away.");
        }
    }

    private void Prompt(bool confirm)
    {
        if (_prompt is null)
        {
            throw new EnvelopeException(
                EnvelopeError.PassphraseRequired, $"{_purpose} is needed. No one is there to ask; set {_variable} or {FileVariable}.");
        }
        // A person who gave no answer, or pressed Ctrl+C, is not asked again by the next of ten thousand files: that question would take
        // the next command for a passphrase.
        if (_promptFailure is not null)
            throw _promptFailure;
        char[] typed = [];
        try
        {
            typed = confirm ? AskTwice(_prompt) : _prompt.Read($"Enter {_purpose}");
            Set(typed);
        }
        catch (Exception failure)
        {
            _promptFailure = failure;
            throw;
        }
        finally
        {
            Array.Clear(typed);
        }
    }

    // A slip would make something that no one can open.
    private char[] AskTwice(IPassphrasePrompt prompt)
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var first = prompt.Read($"Choose {_purpose}");
            var second = prompt.Read("Repeat the passphrase");
            var same = first.AsSpan().SequenceEqual(second);
            Array.Clear(second);
            if (same)
                return first;
            Array.Clear(first);
            prompt.Say("The passphrases do not match.");
        }
        throw new EnvelopeException(EnvelopeError.PassphraseInvalid, $"{_purpose} was not typed the same way twice.");
    }

    private byte[] ReadFile(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            var buffer = new byte[MaxFileLength + 1];
            var length = file.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
            var bytes = buffer[..length];
            CryptographicOperations.ZeroMemory(buffer);
            if (length <= MaxFileLength)
                return bytes;
            CryptographicOperations.ZeroMemory(bytes);
            throw new EnvelopeException(EnvelopeError.PassphraseInvalid, $"{_purpose}: the file '{path}' is too long for a passphrase.");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new EnvelopeException(
                EnvelopeError.PassphraseInvalid, $"{_purpose}: the file '{path}' cannot be read: {failure.Message}", failure);
        }
    }
}
