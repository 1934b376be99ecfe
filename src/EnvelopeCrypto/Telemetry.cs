using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace EnvelopeCrypto;

/// <summary>
/// The source of activities and the meter, both named <c>EnvelopeCrypto</c>; docs/audit.md lists what they tell. Without a listener
/// nothing is made.
/// </summary>
internal static class Telemetry
{
    public const string Name = "EnvelopeCrypto";

    /// <summary>OpenTelemetry's name for why something failed; the error id here.</summary>
    public const string ErrorType = "error.type";

    /// <summary>OpenTelemetry's name for a file's path. On activities only: a meter would keep a series for each file.</summary>
    public const string FilePath = "file.path";

    private static readonly string? Version = typeof(Telemetry).Assembly.GetName().Version?.ToString(3);

    public static ActivitySource Source { get; } = new(Name, Version);

    public static Meter Meter { get; } = new(Name, Version);

    /// <summary>Marks what failed: by the error id, never by the message, which names files.</summary>
    public static void Fail(Activity? activity, Exception failure, ref TagList tags) => Fail(activity, ErrorOf(failure), ref tags);

    /// <summary>The same, for an error id.</summary>
    public static void Fail(Activity? activity, string error, ref TagList tags)
    {
        tags.Add(ErrorType, error);
        activity?.SetTag(ErrorType, error);
        activity?.SetStatus(ActivityStatusCode.Error);
    }

    private static string ErrorOf(Exception failure) => failure switch
    {
        EnvelopeException known => known.Error.ToString(),
        OperationCanceledException => "Stopped",
        _ => nameof(EnvelopeError.Unexpected),
    };
}
