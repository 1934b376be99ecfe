using System.Security.Cryptography;
using EnvelopeCrypto.Disk;
using EnvelopeCrypto.Files;
using EnvelopeCrypto.Format;
using EnvelopeCrypto.Keys;

namespace EnvelopeCrypto.Tests.Files;

/// <summary>What is sealed must be what is read: a file with odd properties may lose one of them, but never its way back.</summary>
public class FileMetadataRuleTests
{
    [Theory]
    [InlineData(FormatLimits.MinTime, true)]
    [InlineData(FormatLimits.MaxTime, true)]
    [InlineData(FormatLimits.MinTime - 1, false)]
    [InlineData(FormatLimits.MaxTime + 1, false)]
    [InlineData(long.MaxValue, false)] // tmpfs takes such times
    [InlineData(long.MinValue, false)]
    public void Time_outside_the_years_1_to_9999_is_not_sealed(long seconds, bool isSealed)
    {
        var status = new FileStatus(FileKind.Regular, 0, 0, 5, new FileTime(seconds, 7), UnixFileMode.UserRead);
        using var dataKey = DataKey.Generate();

        var opened = FileMetadata.Open(FileMetadata.Of("b.txt", status, attributes: null).Seal(dataKey, RandomNumberGenerator.Fill), dataKey);

        Assert.Equal(isSealed ? new FileTime(seconds, 7) : null, opened.Modified);
        Assert.Equal("b.txt", opened.Name);
    }
}
