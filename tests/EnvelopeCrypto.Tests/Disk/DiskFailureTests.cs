using EnvelopeCrypto.Disk;

namespace EnvelopeCrypto.Tests.Disk;

public class DiskFailureTests
{
    public static TheoryData<Exception, EnvelopeError, EnvelopeError> Failures { get; } = new()
    {
        { new FileNotFoundException(), EnvelopeError.SourceNotFound, EnvelopeError.OutputFailed },
        { new DirectoryNotFoundException(), EnvelopeError.SourceNotFound, EnvelopeError.OutputFailed },
        { new PathTooLongException(), EnvelopeError.NameTooLong, EnvelopeError.NameTooLong },
        { new UnusableNameException("x."), EnvelopeError.NameUnusable, EnvelopeError.NameUnusable },
        { new UnauthorizedAccessException(), EnvelopeError.SourceUnreadable, EnvelopeError.OutputFailed },
        { new IOException("x", 5), EnvelopeError.SourceUnreadable, EnvelopeError.OutputFailed },
        { new NotSupportedException(), EnvelopeError.SourceUnreadable, EnvelopeError.OutputFailed },
    };

    [Theory]
    [MemberData(nameof(Failures))]
    public void Each_failure_has_its_id_and_the_file(Exception failure, EnvelopeError reading, EnvelopeError writing)
    {
        Assert.True(DiskFailure.Is(failure));
        Assert.Equal((reading, "x"), (DiskFailure.Reading("x", failure).Error, DiskFailure.Reading("x", failure).Path));
        Assert.Equal((writing, "x"), (DiskFailure.Writing("x", failure).Error, DiskFailure.Writing("x", failure).Path));
    }

    [Theory]
    [InlineData(28, EnvelopeError.DiskFull)]
    [InlineData(122, EnvelopeError.DiskFull)]
    [InlineData(27, EnvelopeError.OutputFailed)]
    [InlineData(5, EnvelopeError.OutputFailed)]
    public void Full_disk_and_spent_quota_are_told_from_other_failures(int errno, EnvelopeError error)
    {
        if (!OperatingSystem.IsLinux())
            Assert.Skip("The numbers are those of Linux.");
        Assert.Equal(error, DiskFailure.Writing("x", new IOException("x", errno)).Error);
    }

    [Fact]
    public void A_temporary_name_is_shown_as_the_name_that_people_know()
    {
        var failure = DiskFailure.Writing("/out/a$1.evc", new IOException("Strange : '/out/.envelope-0123456789abcdef01234567.tmp'", 5));
        Assert.DoesNotContain(".envelope-", failure.Reason, StringComparison.Ordinal);
        Assert.Contains("'/out/a$1.evc'", failure.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Failure_that_is_not_of_the_disk_is_none() => Assert.False(DiskFailure.Is(new InvalidOperationException()));
}
