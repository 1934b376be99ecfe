using EnvelopeCrypto.Batches;

namespace EnvelopeCrypto.Tests.Batches;

/// <summary>Measures the heap, so nothing may run beside it.</summary>
[Collection(nameof(OutputClaimsMemoryTests))]
[CollectionDefinition(nameof(OutputClaimsMemoryTests), DisableParallelization = true)]
public sealed class OutputClaimsMemoryTests
{
    [Fact]
    public void Claim_of_one_in_a_hundred_thousand_costs_at_most_100_bytes()
    {
        const int count = 100_000;
        new OutputClaims().TryClaim("/warm", "/up");
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var claims = new OutputClaims();
        for (var i = 0; i < count; i++)
            Assert.Null(claims.TryClaim($"/vault/folder{i / 100:d4}/file{i:d6}.txt.evc", $"/home/user/data/folder{i / 100:d4}/file{i:d6}.txt").First);
        var each = (GC.GetTotalMemory(forceFullCollection: true) - before) / (double)count;
        GC.KeepAlive(claims);
        Assert.InRange(each, 1, 100);
    }
}
