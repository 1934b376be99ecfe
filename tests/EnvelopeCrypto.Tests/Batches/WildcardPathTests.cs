using EnvelopeCrypto.Batches;
using EnvelopeCrypto.Primitives;
using EnvelopeCrypto.Disk;
using EnvelopeCrypto.Tests.Support;

namespace EnvelopeCrypto.Tests.Batches;

public sealed class WildcardPathTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("*.nothing")]
    [InlineData("a?")]
    [InlineData("sub/*.nothing")]
    public void Nothing_matched_is_the_same_error_where_no_name_can_have_a_wildcard(string pattern)
    {
        _folder.Write(Path.Combine("sub", "x"), []);
        foreach (var files in new[] { FileSystem.Default, new WindowsNames() })
            Assert.Equal(EnvelopeError.NothingMatched, WildcardPath.NothingMatches(_folder[pattern], files).Error);
    }

    [Theory]
    [InlineData(@"C:*.sql", "C:", "*.sql")]
    [InlineData(@"C:data\*.sql", "C:data", "*.sql")]
    [InlineData(@"C:\*\a", @"C:\", "*|a")]
    [InlineData(@"\\server\share\*.sql", @"\\server\share\", "*.sql")]
    [InlineData(@"\*.sql", @"\", "*.sql")]
    public void Drive_or_share_before_a_wildcard_is_no_name(string pattern, string folder, string names)
    {
        Assert.SkipUnless(OperatingSystem.IsWindows(), "Other systems have no drives.");
        var (root, rest) = WildcardPath.Split(pattern);
        Assert.Equal(folder.TrimEnd('\\'), root.TrimEnd('\\'));
        Assert.Equal(names.Split('|'), rest);
    }

    [Theory]
    [InlineData(@"\\?\C:\data\*.sql", @"\\?\C:\data", "*.sql")]
    [InlineData(@"\\?\C:\data\2026-??\*.sql", @"\\?\C:\data", "2026-??|*.sql")]
    public void A_path_of_Windows_that_is_taken_as_it_is_keeps_its_prefix(string pattern, string folder, string names)
    {
        var (root, rest) = WildcardPath.Split(pattern.Replace('\\', Path.DirectorySeparatorChar).Replace("//?/", @"\\?\", StringComparison.Ordinal));
        Assert.Equal(folder[4..].Replace('\\', Path.DirectorySeparatorChar), root[4..]);
        Assert.Equal(@"\\?\", root[..4]);
        Assert.Equal(names.Split('|'), rest);
        Assert.False(WildcardPattern.HasWords(@"\\?\C:\data\a.sql"));
        Assert.True(WildcardPattern.HasWords(pattern));
    }
}
