using BenchmarkDotNet.Running;

namespace EnvelopeCrypto.Benchmarks;

/// <summary>
/// Runs the benchmarks that the arguments name: <c>--filter '*Header*'</c>, <c>--list flat</c>; <c>--filter '*'</c> for all.
/// </summary>
internal static class Program
{
    public static void Main(string[] args) => BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
}
