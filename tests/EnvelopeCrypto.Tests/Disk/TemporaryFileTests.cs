using EnvelopeCrypto.Disk;

namespace EnvelopeCrypto.Tests.Disk;

public class TemporaryFileTests
{
    [Fact]
    public void Names_are_known_again_and_differ()
    {
        var names = Enumerable.Range(0, 100).Select(_ => TemporaryFile.NewName()).ToArray();
        Assert.All(names, name => Assert.True(TemporaryFile.IsName(name)));
        Assert.Equal(100, names.Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public void Name_with_one_other_character_is_left_alone()
    {
        var name = TemporaryFile.NewName();
        for (var i = 0; i < name.Length; i++)
            Assert.False(TemporaryFile.IsName($"{name[..i]}{(name[i] == '0' ? '1' : '0')}{name[(i + 1)..]}"));
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
    [InlineData(".envelope-0123456789abcdef.tmp")]
    [InlineData(".envelope-0123456789abcdef01234567.tmp")] // of the right length, without the mark
    public void Names_that_are_not_ours_are_left_alone(string name) => Assert.False(TemporaryFile.IsName(name));
}
