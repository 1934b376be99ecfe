using EnvelopeCrypto.Audit;
using EnvelopeCrypto.Tests.Support;

namespace EnvelopeCrypto.Tests.Audit;

/// <summary>What was done to a log is found, at its place; what cannot be found is found by an expected head.</summary>
public sealed class AuditVerificationTests : IDisposable
{
    private const string Kek = "service:audit";
    private const long TinyFile = 2048;

    private readonly AuditBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Theory]
    [InlineData(null)]
    [InlineData(Kek)]
    public async Task Log_as_it_was_written_is_valid(string? kek)
    {
        var verdict = await _bench.WriteAsync(5, kek);
        Assert.True(verdict.Valid, verdict.Reason);
        Assert.Equal((1, 11, 0), (verdict.First, verdict.Count, verdict.Torn));
        Assert.Equal((kek is not null, kek), (verdict.Keyed, verdict.Kek));
        Assert.Equal(_bench.Lines()[^1][^45..^2], verdict.Head);
    }

    [Theory]
    [InlineData(null, 1)]
    [InlineData(null, 4)]
    [InlineData(null, 11)]
    [InlineData(Kek, 4)]
    [InlineData(Kek, 11)]
    public async Task Changed_line_is_found(string? kek, int line)
    {
        await _bench.WriteAsync(5, kek);
        var lines = _bench.Lines();
        lines[line - 1] = lines[line - 1].Replace("\"process\":", "\"process\":1", StringComparison.Ordinal);
        _bench.SetLines(lines);
        await FindsAsync(AuditFault.Changed, line, kek);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(Kek)]
    public async Task Every_changed_byte_of_a_line_is_found(string? kek)
    {
        await _bench.WriteAsync(1, kek);
        var bytes = await File.ReadAllBytesAsync(_bench.Log, TestContext.Current.CancellationToken);
        var start = Array.IndexOf(bytes, (byte)'\n') + 1;
        for (var i = start; i < bytes.Length; i++)
        {
            var changed = bytes.ToArray();
            changed[i] ^= 1;
            await File.WriteAllBytesAsync(_bench.Log, changed, TestContext.Current.CancellationToken);
            var verdict = await _bench.VerifyAsync(kek);
            Assert.False(verdict.Valid, $"byte {i}");
            Assert.True(verdict.FaultLine is 2 or 3);
        }
    }

    [Fact]
    public async Task Line_made_anew_with_a_hash_that_fits_is_found_at_the_next()
    {
        await _bench.WriteAsync(5);
        var lines = _bench.Lines();
        lines[3] = AuditBench.Forge(lines[3], "file1", "other1");
        _bench.SetLines(lines);
        await FindsAsync(AuditFault.Foreign, 5);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(Kek)]
    public async Task Removed_line_is_found(string? kek)
    {
        await _bench.WriteAsync(5, kek);
        var lines = _bench.Lines();
        _bench.SetLines([.. lines[..4], .. lines[5..]]);
        await FindsAsync(AuditFault.Removed, 5, kek);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(Kek)]
    public async Task Swapped_lines_are_found(string? kek)
    {
        await _bench.WriteAsync(5, kek);
        var lines = _bench.Lines();
        (lines[5], lines[6]) = (lines[6], lines[5]);
        _bench.SetLines(lines);
        await FindsAsync(AuditFault.Reordered, 6, kek);
    }

    [Fact]
    public async Task Line_that_stands_twice_is_found()
    {
        await _bench.WriteAsync(5);
        var lines = _bench.Lines();
        _bench.SetLines([.. lines[..6], lines[5], .. lines[6..]]);
        await FindsAsync(AuditFault.Reordered, 7);
    }

    [Fact]
    public async Task Lines_of_another_log_are_found()
    {
        await _bench.WriteAsync(5);
        var other = _bench.Lines();
        File.Delete(_bench.Log);
        await _bench.WriteAsync(5);
        var lines = _bench.Lines();
        _bench.SetLines([.. lines[..4], .. other[4..]]);
        await FindsAsync(AuditFault.Foreign, 5);
        _bench.SetLines([.. lines[..4], other[0], .. other[4..]]);
        await FindsAsync(AuditFault.Foreign, 5);
    }

    [Theory]
    [InlineData("no JSON")]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("{\"seq\":4}")]
    [InlineData("[[[[[[[[[[[[[[[[[[[[")]
    public async Task Rubbish_is_found(string rubbish)
    {
        await _bench.WriteAsync(5);
        var lines = _bench.Lines();
        lines[3] = rubbish;
        _bench.SetLines(lines);
        await FindsAsync(AuditFault.Changed, 4);
    }

    [Fact]
    public async Task Line_without_end_takes_no_memory_and_is_found()
    {
        await _bench.WriteAsync(1);
        var whole = new FileInfo(_bench.Log).Length;
        using (var file = File.OpenWrite(_bench.Log))
            file.SetLength(4L << 30); // a hole
        var before = GC.GetAllocatedBytesForCurrentThread();
        var verdict = await _bench.VerifyAsync();
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 8 * AuditLimits.MaxLineLength);
        Assert.Equal((AuditFault.Changed, 4L), (verdict.Fault, verdict.FaultLine));
        Assert.True(whole < AuditLimits.MaxLineLength);
    }

    [Fact]
    public async Task Cut_tail_is_found_by_what_was_expected_alone()
    {
        var whole = await _bench.WriteAsync(5);
        _bench.SetLines(_bench.Lines()[..^2]);
        Assert.True((await _bench.VerifyAsync()).Valid);
        Assert.Equal(AuditFault.CutOff, (await _bench.VerifyAsync(expectedCount: whole.Count)).Fault);
        Assert.Equal(AuditFault.CutOff, (await _bench.VerifyAsync(expectedHead: whole.Head)).Fault);
    }

    [Fact]
    public async Task Head_of_yesterday_is_still_in_the_log_that_grew()
    {
        var yesterday = await _bench.WriteAsync(5, maxSize: TinyFile);
        await _bench.WriteAsync(5, maxSize: TinyFile);
        Assert.True((await _bench.VerifyAsync(expectedHead: yesterday.Head, expectedCount: yesterday.Count)).Valid);
        Assert.True((await _bench.VerifyAsync(expectedHead: yesterday.Head)).Valid);
        Assert.Equal(AuditFault.CutOff, (await _bench.VerifyAsync(expectedHead: yesterday.Head, expectedCount: yesterday.Count + 1)).Fault);
    }

    [Fact]
    public async Task Log_made_anew_with_as_many_lines_is_found_by_its_head()
    {
        var first = await _bench.WriteAsync(5);
        File.Delete(_bench.Log);
        await _bench.WriteAsync(5);
        Assert.Equal(AuditFault.CutOff, (await _bench.VerifyAsync(expectedHead: first.Head, expectedCount: first.Count)).Fault);
    }

    [Fact]
    public async Task Plain_log_in_the_place_of_a_keyed_one_is_refused()
    {
        await _bench.WriteAsync(5);
        await Refused.AsAsync(EnvelopeError.AuditLogUnusable, () => _bench.VerifyAsync(Kek));
    }

    [Fact]
    public async Task Log_under_a_strangers_kek_is_refused()
    {
        await _bench.WriteAsync(5, "service:stranger");
        await Refused.AsAsync(EnvelopeError.AuditLogUnusable, () => _bench.VerifyAsync(Kek));
        Assert.Equal(1, _bench.Service.Count("unwrap")); // by the one who wrote it; not here
    }

    [Fact]
    public async Task Wrapped_key_of_another_log_does_not_serve()
    {
        await _bench.WriteAsync(1, Kek);
        var other = _bench.Lines()[0];
        File.Delete(_bench.Log);
        await _bench.WriteAsync(1, Kek);
        var lines = _bench.Lines();
        lines[0] = Exchange(lines[0], other, "encrypted_key");
        _bench.SetLines(lines);
        await Refused.AsAsync(EnvelopeError.WrappedKeyInvalid, () => _bench.VerifyAsync(Kek));
    }

    [Fact]
    public async Task Fault_is_found_in_the_file_where_it_is()
    {
        var verdict = await _bench.WriteAsync(30, maxSize: TinyFile);
        var lines = _bench.Lines(verdict.Files[2]);
        _bench.SetLines([.. lines[..1], .. lines[2..]], verdict.Files[2]);
        var found = await _bench.VerifyAsync();
        Assert.Equal((AuditFault.Removed, verdict.Files[2], 2L), (found.Fault, found.FaultFile, found.FaultLine));
    }

    [Fact]
    public async Task Missing_file_is_found_but_for_the_oldest_and_the_newest()
    {
        var verdict = await _bench.WriteAsync(30, maxSize: TinyFile);
        File.Delete(verdict.Files[0]);
        var shorter = await _bench.VerifyAsync();
        Assert.True(shorter.Valid, shorter.Reason);
        Assert.True(shorter.First > 1);
        File.Delete(verdict.Files[3]);
        var found = await _bench.VerifyAsync();
        Assert.Equal((AuditFault.Removed, verdict.Files[4], 1L), (found.Fault, found.FaultFile, found.FaultLine));
    }

    [Fact]
    public async Task Link_with_an_early_name_to_the_newest_file_hides_no_closed_one()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "ln is of Unix.");
        var verdict = await _bench.WriteAsync(30, maxSize: TinyFile);
        UnixTool.Run("ln", _bench.Log, AuditFiles.ClosedName(_bench.Log, 1));
        File.Delete(verdict.Files[2]);
        var found = await _bench.VerifyAsync();
        Assert.False(found.Valid);
        Assert.Equal(verdict.Files.Count, found.Files.Count);
    }

    [Fact]
    public async Task Closed_file_ends_with_the_line_that_its_name_tells()
    {
        var verdict = await _bench.WriteAsync(30, maxSize: TinyFile);
        var newestClosed = verdict.Files[^2];
        File.Delete(_bench.Log);
        Assert.True((await _bench.VerifyAsync()).Valid);
        _bench.SetLines(_bench.Lines(newestClosed)[..^1], newestClosed);
        var found = await _bench.VerifyAsync();
        Assert.Equal((AuditFault.Removed, newestClosed), (found.Fault, found.FaultFile));
    }

    [Fact]
    public async Task File_that_tells_of_another_before_it_is_found()
    {
        var verdict = await _bench.WriteAsync(2, maxSize: TinyFile);
        var closed = AuditFiles.ClosedName(_bench.Log, verdict.Count);
        File.Move(_bench.Log, closed);
        await _bench.WriteAsync(0);
        using (var observer = _bench.OpenObserver())
            await AuditBench.UseAsync(observer);
        Assert.True((await _bench.VerifyAsync()).Valid);
        var lines = _bench.Lines();
        _bench.SetLines([AuditBench.Forge(lines[0], Path.GetFileName(closed), "another.0000000000000002")]);
        var found = await _bench.VerifyAsync();
        Assert.Equal((AuditFault.Foreign, _bench.Log, 1L), (found.Fault, found.FaultFile, found.FaultLine));
    }

    [Fact]
    public async Task Closed_file_can_be_verified_alone()
    {
        var verdict = await _bench.WriteAsync(30, maxSize: TinyFile);
        var one = await _bench.VerifyAsync(log: verdict.Files[3]);
        Assert.True(one.Valid, one.Reason);
        Assert.Equal([verdict.Files[3]], one.Files);
    }

    [Fact]
    public async Task Log_is_valid_while_others_write_and_begin_new_files()
    {
        using var observer = _bench.OpenObserver(maxSize: TinyFile);
        await AuditBench.UseAsync(observer);
        var writing = Task.Run(() => AuditBench.UseAsync(observer, 300), TestContext.Current.CancellationToken);
        while (!writing.IsCompleted)
        {
            var verdict = await _bench.VerifyAsync();
            Assert.True(verdict.Valid, $"{verdict.FaultFile} {verdict.FaultLine}: {verdict.Reason}");
        }
        await writing;
    }

    [Fact]
    public async Task Missing_log_is_an_error()
    {
        await Refused.AsAsync(EnvelopeError.SourceNotFound, () => _bench.VerifyAsync());
    }

    private async Task FindsAsync(AuditFault fault, int line, string? kek = null)
    {
        var verdict = await _bench.VerifyAsync(kek);
        Assert.Equal((fault, _bench.Log, (long?)line), (verdict.Fault!.Value, verdict.FaultFile!, verdict.FaultLine));
        Assert.Equal(line - 1, verdict.Count);
    }

    private static string Exchange(string line, string other, string member)
    {
        static (int Start, int End) Place(string text, string member)
        {
            var start = text.IndexOf($"\"{member}\":\"", StringComparison.Ordinal) + member.Length + 4;
            return (start, text.IndexOf('"', start));
        }

        var (mine, theirs) = (Place(line, member), Place(other, member));
        return string.Concat(line.AsSpan(0, mine.Start), other.AsSpan(theirs.Start, theirs.End - theirs.Start), line.AsSpan(mine.End));
    }
}
