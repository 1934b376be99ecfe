using System.CommandLine;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using EnvelopeCrypto.Aws;
using EnvelopeCrypto.Keys;

namespace EnvelopeCrypto.Cli;

/// <summary>
/// What <c>envelope kek</c> does with keys of AWS KMS. No other file may touch it before a key of KMS is named: it needs the SDK.
/// </summary>
internal static class AwsKmsKekActions
{
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static async Task NewAsync(KekReference reference, Invocation run)
    {
        var specification = new AwsKmsKekSpecification
        {
            Description = run.Text(NewKekOptions.Description),
            EnableRotation = run.Flag(NewKekOptions.EnableRotation),
            RotationPeriodInDays = run.Number(NewKekOptions.RotationPeriod),
            MultiRegion = run.Flag(NewKekOptions.MultiRegion),
            KeySpec = run.Text(NewKekOptions.KeySpec),
            Tags = TagsOf(run.Many(NewKekOptions.Tag)),
        };
        using var keks = AwsAdapter.OpenKeks(run);
        using var session = run.OpenSession();
        var made = await session.ManageAsync(
            KekOperation.Create, reference.Text, async () => await keks.CreateAsync(reference, specification, run.Stop), run.Stop);
        Show(run.Report, made.IsNew ? "Made" : "Exists", made);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static async Task ListAsync(KekReference reference, Invocation run)
    {
        using var keks = AwsAdapter.OpenKeks(run);
        Show(run.Report, "", await keks.DescribeAsync(reference, run.Stop));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static async Task RotateAsync(KekReference reference, Invocation run)
    {
        using var keks = AwsAdapter.OpenKeks(run);
        using var session = run.OpenSession();
        var kek = await session.ManageAsync(
            KekOperation.Rotate, reference.Text, async () => await keks.RotateAsync(reference, run.Stop), run.Stop);
        Show(run.Report, "Rotated", kek);
    }

    private static Dictionary<string, string> TagsOf(IEnumerable<string> pairs)
    {
        var tags = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var pair in pairs)
        {
            var at = pair.IndexOf('=', StringComparison.Ordinal);
            if (at <= 0)
                throw new UsageException($"--tag takes KEY=VALUE, not '{DisplayText.OneLine(pair)}'.");
            if (!tags.TryAdd(pair[..at], pair[(at + 1)..]))
                throw new UsageException($"--tag has '{DisplayText.OneLine(pair[..at])}' twice.");
        }
        return tags;
    }

    private static void Show(Report report, string status, AwsKmsKekInfo kek)
    {
        var parts = new List<string> { kek.Reference };
        if (kek.Aliases is { Count: > 0 } aliases)
            parts.Add(string.Join(", ", aliases));
        parts.Add($"{kek.KeySpec}{(kek.MultiRegion ? " multi-Region" : "")}");
        parts.Add(kek.Deletion is { } deletion ? $"{kek.State}, gone on {Day(deletion)}" : kek.State);
        if (kek.RotationEnabled is { } rotates)
        {
            var every = kek.RotationPeriodInDays is { } days ? $" every {days} days" : "";
            parts.Add(rotates ? $"rotates{every}{(kek.NextRotation is { } next ? $", next {Day(next)}" : "")}" : "no rotation");
        }
        if (kek.Created is { } created)
            parts.Add($"made {Day(created)}");
        report.Result($"{(status.Length == 0 ? "" : status + "  ")}{string.Join("  ", parts)}", () => Json(status, kek));
    }

    private static JsonObject Json(string status, AwsKmsKekInfo kek) => new()
    {
        ["status"] = status.Length == 0 ? null : status,
        ["kek"] = kek.Reference,
        ["aliases"] = kek.Aliases is null ? null : Report.List(kek.Aliases),
        ["description"] = kek.Description,
        ["state"] = kek.State,
        ["keySpec"] = kek.KeySpec,
        ["multiRegion"] = kek.MultiRegion,
        ["created"] = Time(kek.Created),
        ["deletion"] = Time(kek.Deletion),
        ["rotationEnabled"] = kek.RotationEnabled,
        ["rotationPeriodInDays"] = kek.RotationPeriodInDays,
        ["nextRotation"] = Time(kek.NextRotation),
    };

    private static string Day(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static string? Time(DateTimeOffset? time) => time?.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
}
