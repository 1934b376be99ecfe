namespace EnvelopeCrypto.Cli;

/// <summary>Standard input, of which a read that waits can be given up: a read of the system cannot.</summary>
internal sealed class PipeInput(Stream input, CancellationToken stop) : ReadOnlyStream
{
    private byte[] _buffer = [];

    public override int Read(Span<byte> buffer)
    {
        // The reading thread has a buffer of its own: when it is given up, it may still write there.
        if (_buffer.Length < buffer.Length)
            _buffer = new byte[buffer.Length];
        var (own, wanted) = (_buffer, buffer.Length);
        var read = Wait(Task.Run(() => input.Read(own, 0, wanted), stop));
        own.AsSpan(0, read).CopyTo(buffer);
        return read;
    }

    /// <exception cref="EnvelopeException">SourceUnreadable: it is a directory, or not open for reading.</exception>
    private int Wait(Task<int> reading)
    {
        try
        {
            return reading.WaitAsync(stop).GetAwaiter().GetResult();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new EnvelopeException(EnvelopeError.SourceUnreadable, $"reading from the pipe failed: {failure.Message}", failure);
        }
    }
}
