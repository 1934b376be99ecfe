using EnvelopeCrypto.Disk;

namespace EnvelopeCrypto.Tests.Disk;

public class TemporaryFileTests
{
    [Fact]
    public void Names_are_known_again_and_differ()
    {
        var names = Enumerable.Range(0, 100).Select(_ => Path.GetFileName(TemporaryFile.NewPath("/folder"))).ToArray();
        Assert.All(names, name => Assert.True(TemporaryFile.IsName(name)));
        Assert.Equal(100, names.Distinct(StringComparer.Ordinal).Count());
        Assert.Equal("/folder", Path.GetDirectoryName(TemporaryFile.NewPath("/folder")));
    }

    [Theory]
    [InlineData("")]
    [InlineData(".envelope-.tmp")]
    [InlineData(".envelope-0123456789abcde.tmp")]
    [InlineData(".envelope-0123456789abcdef0.tmp")]
    [InlineData(".envelope-0123456789ABCDEF.tmp")]
    [InlineData(".envelope-0123456789abcdeg.tmp")]
    [InlineData("envelope-0123456789abcdef0.tmp")]
    [InlineData(".envelope-0123456789abcdef.tmq")]
    [InlineData(".envelope-0123456789abcdef.tmp ")]
    [InlineData("backup.envelope-0123456789abcdef.tmp")]
    public void Names_that_are_not_ours_are_left_alone(string name) => Assert.False(TemporaryFile.IsName(name));
}
