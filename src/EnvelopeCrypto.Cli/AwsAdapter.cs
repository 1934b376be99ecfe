using System.Runtime.CompilerServices;
using EnvelopeCrypto.Aws;
using EnvelopeCrypto.Keys;

namespace EnvelopeCrypto.Cli;

/// <summary>
/// The way to the AWS adapter. Its types, and with them the SDK, are loaded when one of these methods runs: only for a key of AWS KMS.
/// </summary>
internal static class AwsAdapter
{
    /// <exception cref="EnvelopeException">ConnectionInvalid.</exception>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static IKekProvider OpenProvider(Invocation run) => new AwsKmsKekProvider(ConnectionOf(run));

    /// <exception cref="EnvelopeException">ConnectionInvalid.</exception>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static AwsKmsKeks OpenKeks(Invocation run) => new(ConnectionOf(run));

    private static AwsKmsConnection ConnectionOf(Invocation run) => new()
    {
        ProfileName = run.Text(Options.ProfileName),
        Region = run.Text(Options.Region),
        EndpointUrl = run.Text(Options.EndpointUrl),
    };
}
