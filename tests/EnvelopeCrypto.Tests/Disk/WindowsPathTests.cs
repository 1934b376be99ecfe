using EnvelopeCrypto.Disk;

namespace EnvelopeCrypto.Tests.Disk;

/// <summary>The rules of paths on Windows that are text alone, which hold on any system.</summary>
public class WindowsPathTests
{
    [Theory]
    [InlineData("a*b")]
    [InlineData("?")]
    [InlineData("a<b")]
    [InlineData("a>b")]
    [InlineData("a|b")]
    [InlineData("\"quoted\"")]
    [InlineData("a:b")]
    [InlineData("file.txt::$DATA")]
    [InlineData("new\nline")]
    [InlineData("\u0001")]
    public void Name_with_a_character_that_Windows_takes_in_none_is_unusable(string name)
    {
        Assert.False(WindowsPath.HasAllowedCharacters(name));
        Assert.False(WindowsPath.IsUsable(name));
    }

    [Theory]
    [InlineData("[a-c] (1) {x};,=+&%$#@!~^`'.txt")]
    [InlineData("\u4e2d\u6587 \ud83d\ude00")]
    [InlineData("\u007f")]
    [InlineData("")]
    public void Others_are_allowed(string name) => Assert.True(WindowsPath.HasAllowedCharacters(name));

    [Theory]
    [InlineData(@"C:\a\b", @"\\?\C:\a\b")]
    [InlineData(@"\\server\share\a", @"\\?\UNC\server\share\a")]
    public void Path_of_any_length_is_told_apart_and_read_back(string plain, string extended)
    {
        Assert.Equal(extended, WindowsPath.Extended(plain));
        Assert.Equal(extended, WindowsPath.Extended(extended));
        Assert.Equal(plain, WindowsPath.Plain(extended));
        Assert.Equal(plain, WindowsPath.Plain(plain));
    }

    [Fact]
    public void Device_stays_a_device()
    {
        Assert.True(WindowsPath.IsDevice(@"\\.\NUL"));
        Assert.False(WindowsPath.IsDevice(@"\\?\C:\a"));
        Assert.Equal(@"\\.\pipe\x", WindowsPath.Extended(@"\\.\pipe\x"));
    }

    [Fact]
    public void Name_over_255_is_refused_wherever_it_stands()
    {
        Assert.Equal(@"\\?\C:\" + new string('a', 255), WindowsPath.Extended(@"C:\" + new string('a', 255)));
        Assert.Throws<PathTooLongException>(() => WindowsPath.Extended(@"C:\" + new string('a', 256)));
        Assert.Throws<PathTooLongException>(() => WindowsPath.Extended(@"C:\" + new string('a', 256) + @"\b"));
    }
}
