using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace EnvelopeCrypto.Keys.Calls;

/// <summary>An activity and a duration for each use of a KEK, and a count of refusals.</summary>
internal static class KekTelemetry
{
    private const string OperationName = "envelopecrypto.kek.operation";
    private const string KindName = "envelopecrypto.kek.kind";
    private const string KekName = "envelopecrypto.kek.id";

    private static readonly Histogram<double> Duration =
        Telemetry.Meter.CreateHistogram<double>("envelopecrypto.kek.use.duration", "s", "Duration of uses of KEKs.");

    private static readonly Counter<long> Refusals =
        Telemetry.Meter.CreateCounter<long>(
            "envelopecrypto.kek.refusals", "{refusal}", "Uses of KEKs that were refused before anything was asked of the KEK.");

    /// <summary>Makes a use. One whose answer was there already is none.</summary>
    public static ValueTask<T> UseAsync<T>(KekUse use, Func<ValueTask<T>> operation) =>
        use.IsShared || (!Telemetry.Source.HasListeners() && !Duration.Enabled) ? operation() : SeenAsync(use, operation);

    public static void Refused(KekUse use, EnvelopeException reason)
    {
        if (!Refusals.Enabled)
            return;
        var tags = TagsOf(use);
        tags.Add(Telemetry.ErrorType, reason.Error.ToString());
        Refusals.Add(1, tags);
    }

    private static async ValueTask<T> SeenAsync<T>(KekUse use, Func<ValueTask<T>> operation)
    {
        var tags = TagsOf(use);
        using var activity = Telemetry.Source.StartActivity(
            $"kek {Word(use.Operation)}", use.Kek.Kind is KekKind.AwsKms or KekKind.Provider ? ActivityKind.Client : ActivityKind.Internal);
        if (activity is not null)
        {
            foreach (var tag in tags)
                activity.SetTag(tag.Key, tag.Value);
            activity.SetTag(KekName, use.Name);
            activity.SetTag(Telemetry.FilePath, use.Path);
        }
        var start = Stopwatch.GetTimestamp();
        try
        {
            return await operation();
        }
        catch (Exception failure)
        {
            Telemetry.Fail(activity, failure, ref tags);
            throw;
        }
        finally
        {
            Duration.Record(Stopwatch.GetElapsedTime(start).TotalSeconds, tags);
        }
    }

    // Few values each: what a meter keeps a series for.
    private static TagList TagsOf(KekUse use) => new() { { OperationName, Word(use.Operation) }, { KindName, Word(use.Kek.Kind) } };

    private static string Word(KekOperation operation) => operation switch
    {
        KekOperation.Generate => "generate",
        KekOperation.Wrap => "wrap",
        KekOperation.Unwrap => "unwrap",
        KekOperation.ReEncrypt => "re_encrypt",
        KekOperation.Create => "create",
        KekOperation.Rotate => "rotate",
        KekOperation.Export => "export",
        KekOperation.Import => "import",
        _ => "remove",
    };

    private static string Word(KekKind kind) => kind switch
    {
        KekKind.Local => "local",
        KekKind.Certificate => "x509",
        KekKind.PublicKey => "key_pair",
        KekKind.AwsKms => "aws_kms",
        KekKind.Provider => "provider",
        _ => "passphrase",
    };
}
