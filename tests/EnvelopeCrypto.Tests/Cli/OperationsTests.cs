using System.Globalization;
using System.Text;
using EnvelopeCrypto.Files;
using EnvelopeCrypto.Format;
using EnvelopeCrypto.Tests.Files;
using EnvelopeCrypto.Tests.Support;

namespace EnvelopeCrypto.Tests.Cli;

/// <summary>The reports and checks of docs/operations.md, each line as it stands there, over a small vault.</summary>
public sealed class OperationsTests(OperationsTests.Vault vault) : IClassFixture<OperationsTests.Vault>
{
    private readonly ToolBench _bench = vault.Bench;

    [Fact]
    public void Files_that_need_a_kek_are_found() =>
        Assert.Equal(["vault/both.evc", "vault/only-old.evc"], Report("which files still need"));

    [Fact]
    public void Files_that_nothing_else_opens_are_found() =>
        Assert.Equal(["vault/only-old.evc"], Report("which files open with nothing else"));

    [Fact]
    public void Files_by_kek_are_counted() => Assert.Equal(["2 local:old", "4 local:backup"], Report("how many files each KEK opens"));

    [Fact]
    public void Shared_data_keys_are_counted() =>
        Assert.StartsWith("2 ", Assert.Single(Report("shared data keys")), StringComparison.Ordinal);

    [Fact]
    public void Files_that_were_wrapped_long_ago_are_found()
    {
        Assert.Empty(Report("wrapped longer ago"));
        vault.CopyTo("aged");
        SetWrapped("aged/new.evc", WallClock.Now.AddDays(-91));
        SetWrapped("aged/both.evc", WallClock.Now.AddDays(-89));
        Assert.Equal(["aged/new.evc"], Report("wrapped longer ago", "aged"));
    }

    [Fact]
    public void Rewraps_that_were_cut_off_are_found()
    {
        Assert.Empty(Report("rewraps that were cut off"));
        _bench.Write("cut/pipe.evc", _bench.Feed("x"u8, "protect", "-", "--kek", "local:backup", "-q").RequireDone().Output);
        var header = FileBench.HeaderOf(_bench["cut/pipe.evc"]);
        var newer = EnvelopeHeader.Create(header.Protected, header.Recipients, slotCount: 2, header.Generation + 1);
        using (var file = File.OpenHandle(_bench["cut/pipe.evc"], FileMode.Open, FileAccess.Write))
            RandomAccess.Write(file, newer.Slot(1), header.Layout.SlotOffset + header.Layout.SlotSize);
        Assert.Equal(["cut/pipe.evc"], Report("rewraps that were cut off", "cut"));
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
        vault.CopyTo("drifted");
        _bench.Shell("envelope kek new local:away --key-pair --unprotected -q && envelope kek export local:away --public-key -o offline.pem -q")
            .RequireDone();
        var drift = CommandAfter("That every recipient is one of these", "drifted")
            .Replace("/etc/envelope/offline.pem", "offline.pem", StringComparison.Ordinal);
        var run = _bench.Shell(drift);
        Assert.Equal(ToolRun.SomeFailed, run.ExitCode);
        Assert.Equal(2, run.ErrorLines.Length);
        Assert.All(run.ErrorLines, line => ToolRun.RequireErrorLine(line, EnvelopeError.RecipientUnexpected));
        _bench.Run("rewrap", "drifted", "-r", "-q", "--new-kek", "local:backup").RequireDone();
        Assert.Empty(_bench.Shell(drift).RequireDone().Output);
        _bench.Run("verify", "vault", "-r", "--only-kek", "no reference").RequireError(
            EnvelopeError.KekReferenceInvalid, ToolRun.WrongUsage);
    }

    [Fact]
    public void Drift_is_told_before_any_kek_is_asked()
    {
        (string, string)[] elsewhere = [("ENVELOPECRYPTO_HOME", _bench["nowhere"])];
        _bench.RunWith([], elsewhere, "verify", "vault/both.evc", "--only-kek", "local:backup")
            .RequireError(EnvelopeError.RecipientUnexpected);
    }

    [Fact]
    public void Every_other_command_runs_as_it_stands()
    {
        _ = UnixTool.Output("jq", "--version");
        using var bench = new ToolBench();
        Assert.InRange(new OperationsDocument(bench).Run(withKms: false), 10, 100);
    }

    // What they work on is not here, but that they are no wrong usage shows without it.
    [Fact]
    public void Every_command_in_the_text_is_one()
    {
        Assert.SkipUnless(ProjectFolder.Root() is not null, "The tests run outside of the project.");
        using var bench = new ToolBench();
        Assert.All(OperationsDocument.InText(), command =>
            Assert.NotEqual(ToolRun.WrongUsage, bench.RunWith([], [("AWS_REGION", "eu-central-1")], command.Split(' ')[1..]).ExitCode));
    }

    [Fact]
    public void Systemd_takes_the_units()
    {
        var units = OperationsDocument.Units();
        Assert.Equal("envelope-backup.service envelope-backup.timer", string.Join(' ', units.Select(unit => unit.Name)));
        using var folder = new TempFolder();
        foreach (var (name, text) in units)
            folder.Write(name, Encoding.UTF8.GetBytes(text.Replace("/usr/local/bin/envelope", "/bin/true", StringComparison.Ordinal)));
        using var verify = UnixTool.Start("systemd-analyze", ["verify", .. units.Select(unit => folder[unit.Name])]);
        var said = verify.StandardError.ReadToEnd();
        verify.WaitForExit();
        Assert.DoesNotContain("envelope-backup", said, StringComparison.Ordinal);
    }

    private void SetWrapped(string name, DateTimeOffset time)
    {
        var (path, header) = (_bench[name], FileBench.HeaderOf(_bench[name]));
        var body = FileBench.BodyOf(path);
        var recipients = header.Recipients.Select(recipient => recipient with { IssuedAt = time.ToUnixTimeSeconds() }).ToArray();
        File.WriteAllBytes(path, [.. EnvelopeHeader.Create(header.Protected, recipients, header.Layout.SlotCount).Bytes.Span, .. body]);
    }

    private string[] Report(string comment, string folder = "vault")
    {
        _ = UnixTool.Output("jq", "--version"); // skips where there is none
        return [.. _bench.Shell(CommandAfter(comment, folder)).RequireDone().Lines.Select(line => line.Trim()).Order(StringComparer.Ordinal)];
    }

    // The first command of the document behind those words, with our folder for that of the document.
    private static string CommandAfter(string words, string folder)
    {
        Assert.SkipUnless(ProjectFolder.Root() is not null, "The tests run outside of the project.");
        var text = File.ReadAllText(Path.Combine(ProjectFolder.Root()!, "docs", "operations.md"));
        var at = text.IndexOf("\nenvelope ", text.IndexOf(words, StringComparison.Ordinal), StringComparison.Ordinal) + 1;
        return text[at..text.IndexOf('\n', at)].Replace("/mnt/vault", folder, StringComparison.Ordinal);
    }

    /// <summary>A few envelopes of several KEKs, made once.</summary>
    public sealed class Vault : IDisposable
    {
        public Vault()
        {
            foreach (var name in new[] { "backup", "old" })
                Bench.MakeKek(name);
            Protect(["both"], "--kek", "local:old", "--kek", "local:backup");
            Protect(["new"], "--kek", "local:backup");
            Protect(["only-old"], "--kek", "local:old");
            Protect(["s1", "s2"], "--kek", "local:backup", "--files-per-data-key", "10");
        }

        internal ToolBench Bench { get; } = new();

        public void CopyTo(string name)
        {
            Directory.CreateDirectory(Bench[name]);
            foreach (var envelope in Directory.GetFiles(Bench["vault"]))
                File.Copy(envelope, Path.Combine(Bench[name], Path.GetFileName(envelope)));
        }

        public void Dispose() => Bench.Dispose();

        private void Protect(string[] names, params string[] options)
        {
            foreach (var name in names)
                Bench.Write($"in/{name}", name);
            Bench.Run(["protect", .. names.Select(name => $"in/{name}"), "-o", "vault/", "-q", .. options]).RequireDone();
        }
    }
}
