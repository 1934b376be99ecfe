using EnvelopeCrypto.Cli;

namespace EnvelopeCrypto.Tests.Cli;

/// <summary>What becomes of data for a standard output on Windows, by what WriteFile says.</summary>
public sealed class WindowsOutputTests
{
    [Theory]
    [InlineData(109, EnvelopeError.OutputFailed)] // ERROR_BROKEN_PIPE
    [InlineData(232, EnvelopeError.OutputFailed)] // ERROR_NO_DATA
    [InlineData(233, EnvelopeError.OutputFailed)] // ERROR_PIPE_NOT_CONNECTED
    [InlineData(6, EnvelopeError.OutputFailed)] // ERROR_INVALID_HANDLE
    [InlineData(5, EnvelopeError.OutputFailed)] // ERROR_ACCESS_DENIED
    [InlineData(39, EnvelopeError.DiskFull)] // ERROR_HANDLE_DISK_FULL
    [InlineData(112, EnvelopeError.DiskFull)] // ERROR_DISK_FULL
    [InlineData(1295, EnvelopeError.DiskFull)] // ERROR_DISK_QUOTA_EXCEEDED
    public void Any_error_of_the_system_is_one_of_ours(int code, EnvelopeError error)
    {
        var output = new WindowsOutput((ReadOnlySpan<byte> _, out int written) =>
        {
            written = 0;
            return code;
        });
        Assert.Equal(error, Assert.Throws<EnvelopeException>(() => output.Write([1, 2, 3])).Error);
    }

    [Fact]
    public void A_pipe_that_breaks_after_some_bytes_is_an_error()
    {
        var calls = 0;
        var output = new WindowsOutput((ReadOnlySpan<byte> _, out int written) =>
        {
            written = calls == 0 ? 2 : 0;
            return calls++ == 0 ? 0 : 109;
        });
        Assert.Equal(EnvelopeError.OutputFailed, Assert.Throws<EnvelopeException>(() => output.Write([1, 2, 3])).Error);
        Assert.Equal(2, calls);
    }

    [Fact]
    public void All_bytes_arrive_in_order_however_few_are_taken_at_a_time()
    {
        var arrived = new List<byte>();
        var calls = 0;
        var output = new WindowsOutput((ReadOnlySpan<byte> bytes, out int written) =>
        {
            written = calls++ % 3; // none at all is a full pipe that does not wait
            written = Math.Min(written, bytes.Length);
            arrived.AddRange(bytes[..written]);
            return 0;
        });
        output.Write([1, 2, 3, 4, 5, 6, 7]);
        Assert.Equal([1, 2, 3, 4, 5, 6, 7], arrived);
    }
}
