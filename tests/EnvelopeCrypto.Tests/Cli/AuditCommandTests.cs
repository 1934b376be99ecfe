using System.Globalization;
using EnvelopeCrypto.Audit;
using EnvelopeCrypto.Tests.Support;

namespace EnvelopeCrypto.Tests.Cli;

/// <summary><c>--audit-log</c> and <c>envelope audit</c>.</summary>
public sealed class AuditCommandTests : IDisposable
{
    private readonly ToolBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void Uses_are_recorded_shown_and_verified()
    {
        _bench.Write("x.txt", "data");
        _bench.Run("protect", "x.txt", "--kek", ToolBench.Kek, "--audit-log", "audit.log").RequireDone();
        _bench.Run(
            "unprotect",
            "x.txt.evc",
            "-o",
            "y.txt",
            "--audit-log",
            "audit.log",
            "--allowed-kek",
            "local:other").RequireError(EnvelopeError.KekNotAllowed);

        var shown = _bench.Run("audit", "show", "audit.log", "--json").RequireDone().Json;
        Assert.Equal(["Started", "Done", "Refused"], Array.ConvertAll(shown, line => line.GetProperty("outcome").GetString()!));
        Assert.Equal(_bench["x.txt"], shown[0].GetProperty("file").GetString());
        Assert.Single(_bench.Run("audit", "show", "audit.log", "--kek", ToolBench.Kek, "--outcome", "refused", "--operation", "unwrap", "--file", "*.evc", "--since", "2026-01-01").RequireDone().Lines);
        Assert.Empty(_bench.Run("audit", "show", "audit.log", "--until", "2026-01-01").RequireDone().Lines);

        var verdict = Assert.Single(_bench.Run("audit", "verify", "audit.log", "--json").RequireDone().Json);
        Assert.Equal((true, 4), (verdict.GetProperty("valid").GetBoolean(), verdict.GetProperty("count").GetInt32()));
        _bench.Run(
            "audit",
            "verify",
            "audit.log",
            "--expected-head",
            verdict.GetProperty("head").GetString()!,
            "--expected-count",
            "4").RequireDone();
        _bench.Run("audit", "verify", "audit.log", "--expected-count", "5").RequireError(EnvelopeError.AuditLogDamaged);
    }

    [Theory]
    [InlineData(-12, -10, "", 2)]
    [InlineData(-12, 10, "", 0)]
    [InlineData(0, -10, "Z", 2)]
    [InlineData(0, 10, "Z", 0)]
    [InlineData(2, -10, "+02:00", 2)]
    public void A_time_without_an_offset_is_local(int hours, int minutes, string offset, int lines)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "A process there has no time zone of its own.");
        _bench.Write("x.txt", "data");
        _bench.Run("protect", "x.txt", "--kek", ToolBench.Kek, "--audit-log", "audit.log").RequireDone();
        var since = WallClock.Now.AddHours(hours).AddMinutes(minutes)
            .ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture) + offset;
        var shown = _bench.RunWith([], [("TZ", "Etc/GMT+12")], "audit", "show", "audit.log", "--since", since).RequireDone();
        Assert.Equal(lines, shown.Lines.Length);
    }

    [Fact]
    public void Changed_line_fails_with_one_line_that_names_it()
    {
        _bench.Write("x.txt", "data");
        _bench.Run("protect", "x.txt", "--kek", ToolBench.Kek, "--audit-log", "audit.log").RequireDone();
        _bench.Write(
            "audit.log", System.Text.Encoding.UTF8.GetString(_bench.Read("audit.log")).Replace("x.txt", "z.txt", StringComparison.Ordinal));
        Assert.Contains(
            "line 2:", _bench.Run("audit", "verify", "audit.log").RequireError(EnvelopeError.AuditLogDamaged), StringComparison.Ordinal);
    }

    [Fact]
    public void Variables_turn_it_on_and_name_its_kek()
    {
        _bench.MakeKek("audit");
        _bench.Write("x.txt", "data");
        (string, string)[] variables = [(AuditSettings.LogVariable, _bench["audit.log"]), (AuditSettings.KekVariable, "local:audit")];
        _bench.RunWith([], variables, "protect", "x.txt", "--kek", ToolBench.Kek).RequireDone();
        var verdict = Assert.Single(_bench.RunWith([], variables, "audit", "verify", "--json").RequireDone().Json);
        Assert.Equal("local:audit", verdict.GetProperty("kek").GetString());
        _bench.Run("audit", "verify", "audit.log", "--kek", ToolBench.Kek).RequireError(EnvelopeError.AuditLogUnusable);
        _bench.Run("audit", "verify").RequireWrongUsage();
    }

    [Fact]
    public void Management_of_keks_is_recorded()
    {
        _bench.Run("kek", "new", "local:new", "--unprotected", "--audit-log", "audit.log").RequireDone();
        _bench.Run("kek", "rotate", "local:new", "--audit-log", "audit.log").RequireDone();
        _bench.Run("kek", "remove", "local:new", "--yes", "--audit-log", "audit.log").RequireDone();
        Assert.Equal(
            ["Create", "Rotate", "Remove"],
            Array.ConvertAll(_bench.Run("audit", "show", "audit.log", "--outcome", "Done", "--json").RequireDone().Json, line => line.GetProperty("operation").GetString()!));
    }

    [Fact]
    public void Refusal_in_a_rotation_is_recorded_with_file_and_context()
    {
        _bench.MakeKek("other");
        _bench.Write("x.txt", "data");
        _bench.Run("protect", "x.txt", "--kek", ToolBench.Kek, "--kek", "local:other", "--context", "app=shop").RequireDone();
        _bench.Run(
            "rewrap",
            "x.txt.evc",
            "--rotate-data-key",
            "--allowed-kek",
            ToolBench.Kek,
            "--audit-log",
            "audit.log").RequireError(EnvelopeError.WouldLockOut);
        var refused = Assert.Single(_bench.Run("audit", "show", "audit.log", "--outcome", "refused", "--json").RequireDone().Json);
        Assert.Equal(_bench["x.txt.evc"], refused.GetProperty("file").GetString());
        Assert.Equal("shop", refused.GetProperty("context").GetProperty("app").GetString());
    }

    [Fact]
    public void Lines_that_are_none_are_passed_over_and_after_many_the_rest_of_the_file()
    {
        _bench.Write("x.txt", "data");
        _bench.Run("protect", "x.txt", "--kek", ToolBench.Kek, "--audit-log", "audit.log").RequireDone();
        var lines = System.Text.Encoding.UTF8.GetString(_bench.Read("audit.log")).Split('\n')[..^1];
        var few = string.Concat(Enumerable.Repeat("rubbish\n", 100));
        var many = string.Concat(Enumerable.Repeat("rubbish\n", 20_000));
        _bench.Write("audit.log", $"{lines[0]}\n{few}{lines[1]}\n{many}{lines[2]}\n");
        var shown = _bench.Run("audit", "show", "audit.log", "--json");
        Assert.Equal(1, shown.ExitCode);
        Assert.Equal(
            ["Started"],
            shown.Json.Where(line => line.TryGetProperty("outcome", out _)).Select(line => line.GetProperty("outcome").GetString()!),
            StringComparer.Ordinal);
    }

    [Fact]
    public void Log_is_written_by_one_at_a_time_where_the_locks_of_the_runtime_are_off()
    {
        const int runs = 4;
        for (var i = 0; i < runs; i++)
            _bench.Write($"{i}.txt", "data");
        Parallel.For(0, runs, i => _bench.RunWith(
            [],
            [("DOTNET_SYSTEM_IO_DISABLEFILELOCKING", "1")],
            "protect",
            $"{i}.txt",
            "--kek",
            ToolBench.Kek,
            "--audit-log",
            "audit.log").RequireDone());
        _bench.Run("audit", "verify", "audit.log").RequireDone();
    }

    [Fact]
    public void Single_values_are_recorded_too()
    {
        var token = _bench.Feed("x"u8, "protect", "--text", "--kek", ToolBench.Kek, "--audit-log", "audit.log").RequireDone().Text;
        _bench.Feed(System.Text.Encoding.UTF8.GetBytes(token), "unprotect", "--text", "--audit-log", "audit.log").RequireDone();
        Assert.Equal(2, _bench.Run("audit", "show", "audit.log", "--outcome", "done").RequireDone().Lines.Length);
    }

    [Fact]
    public void Killed_at_any_moment_leaves_a_log_that_goes_on()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "kill -9 is of Unix.");
        for (var i = 0; i < 40; i++)
            _bench.Write($"tree/{i}", $"{i}");
        for (var i = 0; i < 5; i++)
        {
            using var running = _bench.Start("protect", "-r", "tree", "-o", $"out{i}", "--kek", ToolBench.Kek, "--audit-log", "audit.log");
            running.WaitUntil(
                () => File.Exists(_bench["audit.log"]) && new FileInfo(_bench["audit.log"]).Length > (i * 20_000) + (i * 997));
            running.KillNow();
        }
        _bench.Run("protect", "-r", "tree", "-o", "last", "--kek", ToolBench.Kek, "--audit-log", "audit.log", "-q").RequireDone();
        _bench.Run("audit", "verify", "audit.log", "-q").RequireDone();
    }
}
