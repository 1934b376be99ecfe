using System.Globalization;
using EnvelopeCrypto.Fuzz.Targets;
using SharpFuzz;

namespace EnvelopeCrypto.Fuzz;

/// <summary>
/// <c>TARGET</c>: a loop under afl-fuzz, which starts it. <c>seeds FOLDER</c>: writes the seeds of each target. <c>replay TARGET
/// FILE...</c>: tries inputs that were found, without afl-fuzz.
/// </summary>
internal static class Program
{
    private const int Longest = 64 * 1024;

    private static int Main(string[] arguments)
    {
        switch (arguments)
        {
            case ["seeds", var folder]:
                WriteSeeds(folder);
                return 0;
            case ["replay", var name, .. var files] when Find(name) is { } target:
                foreach (var file in files)
                    Console.WriteLine($"{file}: {(target.Try(File.ReadAllBytes(file)) ? "taken" : "refused")}");
                return 0;
            case [var name] when Find(name) is { } target:
                Fuzzer.Run((Stream input) => Feed(target, input));
                return 0;
            default:
                Console.Error.WriteLine($"seeds FOLDER, replay TARGET FILE..., or TARGET: {string.Join(", ", FuzzTarget.All.Select(target => target.Name))}");
                return 2;
        }
    }

    private static FuzzTarget? Find(string name) => FuzzTarget.All.FirstOrDefault(target => target.Name == name);

    private static void Feed(FuzzTarget target, Stream input)
    {
        var buffer = new byte[Longest];
        var length = input.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
        target.Try(buffer.AsSpan(0, length));
    }

    private static void WriteSeeds(string folder)
    {
        foreach (var target in FuzzTarget.All)
        {
            var place = Directory.CreateDirectory(Path.Combine(folder, target.Name)).FullName;
            var number = 0;
            foreach (var seed in target.Seeds())
                File.WriteAllBytes(Path.Combine(place, (number++).ToString("d3", CultureInfo.InvariantCulture)), seed);
        }
    }
}
