using System.Globalization;
using EnvelopeCrypto.Files;
using EnvelopeCrypto.Format;
using EnvelopeCrypto.Tests.Files;
using EnvelopeCrypto.Tests.Support;

namespace EnvelopeCrypto.Tests.Cli;

/// <summary>The reports and checks of docs/operations.md, each line as it stands there, over a small vault.</summary>
public sealed class OperationsTests : IDisposable
{
    private readonly ToolBench _bench = new();

    public OperationsTests()
    {
        foreach (var name in new[] { "backup", "old" })
            _bench.MakeKek(name);
        Protect("both", "local:old", "local:backup");
        Protect("new", "local:backup");
        Protect("only-old", "local:old");
        _bench.Write("in/s1", "1");
        _bench.Write("in/s2", "2");
        _bench.Run("protect", "in", "-r", "-o", "vault", "-q", "--kek", "local:backup", "--files-per-data-key", "10").RequireDone();
    }

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void Files_that_need_a_kek_are_found() => Assert.Equal(["vault/both.evc", "vault/only-old.evc"], Report("which files still need"));

    [Fact]
    public void Files_that_nothing_else_opens_are_found() => Assert.Equal(["vault/only-old.evc"], Report("which files open with nothing else"));

    [Fact]
    public void Files_by_kek_are_counted() => Assert.Equal(["2 local:old", "4 local:backup"], Report("how many files each KEK opens"));

    [Fact]
    public void Shared_data_keys_are_counted() => Assert.StartsWith("2 ", Assert.Single(Report("shared data keys")), StringComparison.Ordinal);

    [Fact]
    public void Files_that_were_wrapped_long_ago_are_found()
    {
        Assert.Empty(Report("wrapped longer ago"));
        SetWrapped("vault/new.evc", DateTimeOffset.UtcNow.AddDays(-91));
        SetWrapped("vault/both.evc", DateTimeOffset.UtcNow.AddDays(-89));
        Assert.Equal(["vault/new.evc"], Report("wrapped longer ago"));
    }

    [Fact]
    public void Rewraps_that_were_cut_off_are_found()
    {
        Assert.Empty(Report("rewraps that were cut off"));
        _bench.Write("vault/pipe.evc", _bench.Feed("x"u8, "protect", "-", "--kek", "local:backup", "-q").RequireDone().Output);
        var header = FileBench.HeaderOf(_bench["vault/pipe.evc"]);
        var newer = EnvelopeHeader.Create(header.Protected, header.Recipients, slotCount: 2, header.Generation + 1);
        using (var file = File.OpenHandle(_bench["vault/pipe.evc"], FileMode.Open, FileAccess.Write))
            RandomAccess.Write(file, newer.Slot(1), header.Layout.SlotOffset + header.Layout.SlotSize);
        Assert.Equal(["vault/pipe.evc"], Report("rewraps that were cut off"));
    }

    // The same without jq, so that the fields are known to be there wherever the tests run.
    [Fact]
    public void Inspect_has_the_fields_that_the_reports_need()
    {
        var files = _bench.Run("inspect", "vault", "-r", "--json").RequireDone().Json;
        Assert.Equal(5, files.Length);
        Assert.All(files, file =>
        {
            Assert.NotEmpty(file.GetProperty("kek").EnumerateArray());
            Assert.True(file.GetProperty("slotsAgree").GetBoolean());
            Assert.True(file.TryGetProperty("batch", out _));
            Assert.All(file.GetProperty("recipients").EnumerateArray(), recipient => Assert.True(
                DateTimeOffset.TryParseExact(recipient.GetProperty("wrapped").GetString(), "yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out _)));
        });
        Assert.Equal(2, files.Count(file => file.GetProperty("batch").GetString() is not null));
    }

    [Fact]
    public void Drift_ends_with_1_and_names_the_file_and_its_absence_with_0()
    {
        var drift = CommandAfter("That every recipient is one of these");
        var run = _bench.Shell(drift);
        Assert.Equal(ToolRun.SomeFailed, run.ExitCode);
        Assert.Equal(2, run.ErrorLines.Length);
        Assert.All(run.ErrorLines, line => ToolRun.RequireErrorLine(line, EnvelopeError.RecipientUnexpected));
        _bench.Run("rewrap", "vault", "-r", "-q", "--new-kek", "local:backup").RequireDone();
        Assert.Empty(_bench.Shell(drift).RequireDone().Output);
        _bench.Run("verify", "vault", "-r", "--only-kek", "no reference").RequireError(EnvelopeError.KekReferenceInvalid, ToolRun.WrongUsage);
    }

    [Fact]
    public void Drift_is_told_before_any_kek_is_asked()
    {
        Directory.Delete(_bench.Home, recursive: true);
        _bench.Run("verify", "vault/both.evc", "--only-kek", "local:backup").RequireError(EnvelopeError.RecipientUnexpected);
    }

    private void Protect(string name, params string[] keks)
    {
        _bench.Write($"in/{name}", name);
        _bench.Run(["protect", $"in/{name}", "-o", $"vault/", "-q", .. keks.SelectMany(kek => new[] { "--kek", kek })]).RequireDone();
        File.Delete(_bench[$"in/{name}"]);
    }

    private void SetWrapped(string name, DateTimeOffset time)
    {
        var (path, header) = (_bench[name], FileBench.HeaderOf(_bench[name]));
        var body = FileBench.BodyOf(path);
        var recipients = header.Recipients.Select(recipient => recipient with { IssuedAt = time.ToUnixTimeSeconds() }).ToArray();
        File.WriteAllBytes(path, [.. EnvelopeHeader.Create(header.Protected, recipients, header.Layout.SlotCount).Bytes.Span, .. body]);
    }

    private string[] Report(string comment)
    {
        _ = UnixTool.Output("jq", "--version"); // skips where there is none
        return [.. _bench.Shell(CommandAfter(comment)).RequireDone().Lines.Select(line => line.Trim()).Order(StringComparer.Ordinal)];
    }

    // The first command of the document behind those words, with our vault for that of the document.
    private static string CommandAfter(string words)
    {
        Assert.SkipUnless(ProjectFolder.Root() is not null, "The tests run outside of the project.");
        var text = File.ReadAllText(Path.Combine(ProjectFolder.Root()!, "docs", "operations.md"));
        var at = text.IndexOf("\nenvelope ", text.IndexOf(words, StringComparison.Ordinal), StringComparison.Ordinal) + 1;
        return text[at..text.IndexOf('\n', at)].Replace("/mnt/vault", "vault", StringComparison.Ordinal);
    }
}
