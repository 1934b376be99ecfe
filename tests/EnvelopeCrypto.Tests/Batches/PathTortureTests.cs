using System.Text;
using EnvelopeCrypto.Batches;
using EnvelopeCrypto.Files;
using EnvelopeCrypto.Keys.Local;
using EnvelopeCrypto.Tests.Keys.Local;
using EnvelopeCrypto.Tests.Support;

namespace EnvelopeCrypto.Tests.Batches;

/// <summary>Names and shapes of trees that people really have.</summary>
public sealed class PathTortureTests : IDisposable
{
    private readonly TreeBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Theory]
    [InlineData("a[a].txt", "[a]", "[", "]")]
    [InlineData("*", "a*b", "?", "a?b")]
    [InlineData("'", "it's", "\"quoted\"", "a\\b")]
    [InlineData("$HOME", "$(id)", "`id`", "a`b")]
    [InlineData(" front", "end ", " ", "dot.")]
    [InlineData("new\nline", "\ttab", "\u0001", "\u001b[31m")]
    [InlineData("-rf", "--", "-", "--force")]
    [InlineData("\ud83d\ude00", "\ud83d\ude00.txt", "\u202etxt.exe", "\u4e2d\u6587")]
    [InlineData("cafe\u0301", "caf\u00e9", "A", "a")]
    [InlineData(".hidden", "..hidden", "...", ".a.evcx")]
    [InlineData("~", "#a#", "a&b;c|d", "con")]
    [InlineData("a%20b", "%", "\\", "{a,b}")]
    public void Odd_names_come_back(params string[] names)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such names.");
        foreach (var name in names)
        {
            _bench.Write("t/" + name, name);
            _bench.Write($"t/in {name}/{name}/{name}", name);
        }
        Assert.SkipWhen(Directory.GetFiles(_bench["t"]).Length != names.Length, "This disk takes some of the names for one.");

        RoundTrip("t", 2 * names.Length);
        // Named one by one, in place, and back under their sealed names where there is one.
        foreach (var name in names)
            _bench.Protect(_bench["t/" + name], which: new SourceSelection()).AllBecame(FileOutcome.Protected, 1);
    }

    [Fact]
    public void Longest_names_work_and_too_long_ones_are_an_error_of_their_own()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows counts otherwise.");
        var emoji = string.Concat(Enumerable.Repeat("\ud83d\ude00", 62)); // 248 bytes
        string[] right = [new string('a', 250), new string('b', 251), emoji + "abc"];
        string[] tooLong = [.. Enumerable.Range(252, 4).Select(length => new string('c', length)), emoji + "abcd"];
        foreach (var name in right.Concat(tooLong))
            _bench.Write("t/" + name);
        var outcomes = _bench.Protect(_bench["t"]);
        foreach (var name in right)
            outcomes.Of(_bench["t/" + name]).Became(FileOutcome.Protected);
        foreach (var name in tooLong)
            outcomes.Of(_bench["t/" + name]).FailedAs(EnvelopeError.NameTooLong);
        Assert.Equal(right.Length + tooLong.Length, outcomes.Count);
        foreach (var name in right.Concat(tooLong))
            File.Delete(_bench["t/" + name]);
        _bench.Keyring.Create("next", KekProtection.Unprotected);
        _bench.Rewrap(_bench["t"], "local:next").AllBecame(FileOutcome.Rewrapped, right.Length);
        _bench.Unprotect(_bench["t"], _bench["back"], new UnprotectOptions { RestoreName = true })
            .AllBecame(FileOutcome.Unprotected, right.Length);
        Assert.Equal(right.Order(StringComparer.Ordinal).ToList(), [.. _bench.Folder.Content("back").Keys]);
    }

    [Fact]
    public void Names_that_are_no_text_are_an_error_of_their_own()
    {
        _bench.Write("t/good.txt");
        _bench.Folder.Shell("cd t && printf x > \"$(printf 'bad\\xff.txt')\" && mkdir \"$(printf 'folder\\xfe')\" && printf x > \"$(printf 'folder\\xfe/inner')\"");
        Assert.SkipUnless(Directory.GetFileSystemEntries(_bench["t"]).Length == 3, "This disk takes no such names.");
        var outcomes = _bench.Protect(_bench["t"], _bench["vault"]);
        outcomes.Of(_bench["t/good.txt"]).Became(FileOutcome.Protected);
        Assert.Equal(2, outcomes.Count(outcome => outcome.Failure?.Error == EnvelopeError.NameNotText));
        Assert.Equal(3, outcomes.Count);
        using var tree = new SourceTree(new SourceSelection { Recurse = true });
        var matched = tree.FindMatching(_bench["t/*"]).ToList();
        Assert.Equal(2, matched.Count(entry => entry.Failure?.Error == EnvelopeError.NameNotText));
    }

    [Fact]
    public void Path_over_300_works()
    {
        var deep = string.Join('/', Enumerable.Repeat(new string('d', 60), 8));
        _bench.Write($"t/{deep}/file.txt");
        RoundTrip("t", 1);
    }

    [Fact]
    public void Path_over_4096_is_an_error_of_its_own()
    {
        _bench.Write("t/good.txt");
        _bench.Folder.Shell(
            "cd t; n=$(printf 'd%.0s' {1..200}); for i in {1..25}; do mkdir $n; cd -P $n 2>/dev/null || cd ./$n; done; echo x > file");
        var outcomes = _bench.Protect(_bench["t"], _bench["vault"]);
        outcomes.Of(_bench["t/good.txt"]).Became(FileOutcome.Protected);
        Assert.Equal(EnvelopeError.NameTooLong, Assert.Single(outcomes, outcome => outcome.Result is null).Failure?.Error);
    }

    [Fact]
    public void Path_that_is_too_long_only_at_the_destination_is_an_error_of_its_own()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The limit is Linux's.");
        var deep = string.Join('/', Enumerable.Repeat(new string('d', 200), 18));
        _bench.Write($"t/{deep}/file.txt");
        _bench.Write("t/good.txt");
        var outcomes = _bench.Protect(_bench["t"], _bench[string.Join('/', Enumerable.Repeat(new string('v', 200), 3))]);
        outcomes.Of(_bench["t/good.txt"]).Became(FileOutcome.Protected);
        Assert.Equal(EnvelopeError.NameTooLong, outcomes.Of(_bench[$"t/{deep}/file.txt"]).Failure?.Error);
    }

    [Fact]
    public void Tree_200_deep_and_a_folder_of_thousands_work()
    {
        _bench.Write("t/" + string.Concat(Enumerable.Range(0, 200).Select(i => $"{i}/")) + "bottom.txt");
        for (var i = 0; i < 3000; i++)
            _bench.Write($"t/many/{i}.txt", $"{i}");
        RoundTrip("t", 3001);
    }

    [Fact]
    public void Times_modes_and_bytes_come_back()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Modes are Unix's.");
        var times = new[] { "1969-12-31T23:59:58.1234567Z", "1970-01-01T00:00:00Z", "2001-02-03T04:05:06.7891234Z", "2038-01-19T03:14:08Z", "2100-06-01T00:00:00.0000001Z" };
        var modes = new[] { 0b110_000_000, 0b100_100_100, 0b111_101_101, 0b110_110_110, 0b100_000_000 };
        var lengths = new[] { 0, 1, 65_536, 1_048_576, 3_000_001 };
        for (var i = 0; i < times.Length; i++)
        {
            var path = _bench.Write($"t/{i}", "");
            File.WriteAllBytes(path, SampleBytes.Of(lengths[i]));
            File.SetLastWriteTimeUtc(path, DateTime.Parse(times[i], provider: null, System.Globalization.DateTimeStyles.AdjustToUniversal));
            KeyringPlace.Chmod(path, (UnixFileMode)modes[i]);
        }
        RoundTrip("t", times.Length);
        for (var i = 0; i < times.Length; i++)
        {
            var (source, envelope, back) = (
                new FileInfo(_bench[$"t/{i}"]), new FileInfo(_bench[$"vault/{i}.evc"]), new FileInfo(_bench[$"back/{i}"]));
            Assert.Equal(source.LastWriteTimeUtc, envelope.LastWriteTimeUtc);
            Assert.Equal(source.LastWriteTimeUtc, back.LastWriteTimeUtc);
            Assert.Equal(source.UnixFileMode, back.UnixFileMode);
        }
    }

    // Protects into a vault, unprotects elsewhere, and compares names and bytes.
    private void RoundTrip(string name, int count)
    {
        _bench.Protect(_bench[name], _bench["vault"]).AllBecame(FileOutcome.Protected, count);
        _bench.Unprotect(_bench["vault"], _bench["back"]).AllBecame(FileOutcome.Unprotected, count);
        var (before, after) = (Bytes(name), Bytes("back"));
        Assert.Equal(before.Keys, after.Keys);
        Assert.All(before, file => Assert.Equal(file.Value, after[file.Key]));
    }

    private SortedDictionary<string, string> Bytes(string name) => new(
        Directory.EnumerateFiles(_bench[name], "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = default })
            .ToDictionary(
                path => Path.GetRelativePath(_bench[name], path),
                path => Encoding.Latin1.GetString(File.ReadAllBytes(path)),
                StringComparer.Ordinal),
        StringComparer.Ordinal);
}
