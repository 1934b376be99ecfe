using EnvelopeCrypto.Batches;
using EnvelopeCrypto.Files;
using EnvelopeCrypto.Tests.Support;

namespace EnvelopeCrypto.Tests.Batches;

/// <summary>Runs after each other, with a vault or a restore on a disk that knows no case.</summary>
public sealed class CaseCollisionTests : IDisposable
{
    private static readonly DateTime Earlier = new(2020, 1, 2, 3, 4, 6, DateTimeKind.Utc); // exFAT keeps even seconds
    private static readonly UnprotectOptions UpdateBack = new() { Update = true };

    private readonly TreeBench _bench = new();
    private readonly CaselessDisk _disk = new();

    public void Dispose()
    {
        _disk.Dispose();
        _bench.Dispose();
    }

    [Theory]
    [InlineData("other content")] // it would be replaced
    [InlineData("upper")] // it would pass for unchanged
    public void Update_takes_no_envelope_of_another_file_for_its_own(string content)
    {
        var (upper, lower) = (_bench.Write("t/A.txt", "upper"), _bench.Write("t/a.txt", content));
        foreach (var source in new[] { upper, lower })
            File.SetLastWriteTimeUtc(source, Earlier);
        Update(upper).AllBecame(FileOutcome.Protected, 1);
        Update(lower).Of(lower).FailedAs(EnvelopeError.DestinationExists);
        Update(upper).AllBecame(FileOutcome.Unchanged, 1);
        Assert.Equal(["A.txt.evc"], NamesIn("v"));
        _bench.Unprotect(_disk["v"], _bench["back"]).AllBecame(FileOutcome.Unprotected, 1);
        Assert.Equal("upper", File.ReadAllText(_bench["back/A.txt"]));
    }

    [Fact]
    public void Envelope_of_a_file_that_is_gone_is_not_replaced_by_its_twins()
    {
        Update(_bench.Write("t/A.txt", "upper")).AllBecame(FileOutcome.Protected, 1);
        File.Delete(_bench["t/A.txt"]);
        var lower = _bench.Write("t/a.txt", "lower");
        Update(lower).Of(lower).FailedAs(EnvelopeError.DestinationExists);
        _bench.Protect(lower, _disk["v"], TreeBench.ProtectOptions() with { Force = true }).AllBecame(FileOutcome.Protected, 1);
    }

    [Fact]
    public void File_that_was_renamed_where_case_is_not_known_is_the_same_file()
    {
        Directory.CreateDirectory(_disk["t"]);
        File.WriteAllText(_disk["t/A.txt"], "one");
        Update(_disk["t"]).AllBecame(FileOutcome.Protected, 1);
        File.Move(_disk["t/A.txt"], _disk["t/between"]);
        File.Move(_disk["t/between"], _disk["t/a.txt"]);
        File.WriteAllText(_disk["t/a.txt"], "longer");
        Update(_disk["t"]).AllBecame(FileOutcome.Protected, 1);
    }

    [Fact]
    public void Names_that_differ_in_more_than_case_are_no_twins()
    {
        for (var i = 0; i < 3; i++)
            _bench.Write($"t/Name{i}", "x");
        Update(_bench["t"]).AllBecame(FileOutcome.Protected, 3);
        _bench.Write("t/Name3", "x");
        Update(_bench["t"]);
        Assert.Equal(["Name0.evc", "Name1.evc", "Name2.evc", "Name3.evc"], NamesIn("v"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Restore_takes_no_file_of_another_envelope_for_its_own(bool restoreName)
    {
        var how = UpdateBack with { RestoreName = restoreName };
        _bench.Write("t/A.txt", "upper");
        _bench.Write("t/a.txt", "other");
        _bench.Protect(_bench["t"], _bench["v"]).AllBecame(FileOutcome.Protected, 2);
        _bench.Unprotect(_bench["v/A.txt.evc"], _disk["back"], how).AllBecame(FileOutcome.Unprotected, 1);
        var lower = _bench["v/a.txt.evc"];
        _bench.Unprotect(lower, _disk["back"], how).Of(lower).FailedAs(EnvelopeError.DestinationExists);
        Assert.Equal("upper", File.ReadAllText(_disk["back/A.txt"]));
    }

    private List<BatchOutcome<FileResult>> Update(string path) =>
        _bench.Protect(path, _disk["v"], TreeBench.ProtectOptions() with { Update = true });

    private string[] NamesIn(string folder) => Tests.Files.FileBench.NamesIn(_disk[folder]);
}
