using EnvelopeCrypto.Fuzz.Targets;
using EnvelopeCrypto.Tests.Support;

namespace EnvelopeCrypto.Tests.Fuzz;

/// <summary>What the fuzzer is given to run: the targets, tried here on their seeds and on what is nearly a seed.</summary>
public class FuzzTargetTests
{
    private const int Count = 1500;

    private static readonly MutationKind[] Kinds = Enum.GetValues<MutationKind>();

    public static TheoryData<string> Names => [.. FuzzTarget.All.Select(target => target.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Seeds_are_taken_and_are_the_same_in_each_run(string name)
    {
        var target = TargetOf(name);
        var seeds = target.Seeds().ToList();
        Assert.InRange(seeds.Count(seed => target.Try(seed)), 5, seeds.Count);
        Assert.Equal(seeds, target.Seeds().ToList());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void What_is_nearly_a_seed_is_no_finding(string name)
    {
        var target = TargetOf(name);
        var seeds = target.Seeds().ToArray();
        var random = new Random(20_261_130);
        var taken = 0;
        for (var i = 0; i < Count; i++)
        {
            var input = seeds[random.Next(seeds.Length)];
            for (var changes = random.Next(1, 4); changes > 0; changes--)
            {
                var change = new Mutation(Kinds[random.Next(Kinds.Length)], random.Next(100_000), random.Next(1, 5), (byte)random.Next(256));
                input = change.ApplyTo(input);
            }
            taken += target.Try(input) ? 1 : 0;
        }
        Assert.InRange(taken, 1, Count - 1);
    }

    [Fact]
    public void What_is_written_otherwise_is_a_finding() =>
        Assert.Throws<FuzzFinding>(() => new Scripted(() => [1, 2]).Try([1, 2, 3]));

    [Fact]
    public void Refusal_with_an_id_that_the_parser_does_not_have_is_a_finding()
    {
        Assert.False(new Scripted(() => throw new EnvelopeException(EnvelopeError.HeaderInvalid, "refused.")).Try([]));
        Assert.Throws<EnvelopeException>(() => new Scripted(() => throw new EnvelopeException(EnvelopeError.DiskFull, "full.")).Try([]));
        Assert.Throws<InvalidOperationException>(() => new Scripted(() => throw new InvalidOperationException()).Try([]));
    }

    private static FuzzTarget TargetOf(string name) => FuzzTarget.All.Single(target => target.Name == name);

    private sealed class Scripted(Func<byte[]> written) : FuzzTarget("scripted", EnvelopeError.HeaderInvalid)
    {
        public override IEnumerable<byte[]> Seeds() => [];

        protected override bool Parse(ReadOnlySpan<byte> input)
        {
            RequireSame(input, written(), "input");
            return true;
        }
    }
}
