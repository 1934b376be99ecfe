using System.Text;

namespace EnvelopeCrypto.Cli;

/// <summary>Text as UTF-8 on a stream that is opened when the first of it is written: many runs write none.</summary>
internal sealed class LazyWriter(Func<Stream> open) : TextWriter
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    private StreamWriter? _writer;

    public override Encoding Encoding => Utf8;

    private StreamWriter Writer => _writer ??= new StreamWriter(open(), Utf8) { AutoFlush = true };

    public override void Write(char value) => Writer.Write(value);

    public override void Write(char[] buffer, int index, int count) => Writer.Write(buffer, index, count);

    public override void Write(string? value) => Writer.Write(value);

    public override void WriteLine(string? value) => Writer.WriteLine(value);

    public override void Flush() => _writer?.Flush();
}
