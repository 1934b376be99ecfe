using EnvelopeCrypto.Tests.Support;

namespace EnvelopeCrypto.Tests.Safety;

/// <summary>The disk has room for so many bytes and not for one more: from none on, in steps, up to all that the work writes.</summary>
public sealed class FullDiskAtAnyByteTests
{
    private const int Step = 11; // each run begins elsewhere, so that in time every byte is met

    public static TheoryData<SafetyWork> Works { get; } = [.. Enum.GetValues<SafetyWork>().Where(work => work != SafetyWork.RewrapInPlace)];

    [Theory]
    [MemberData(nameof(Works))]
    public async Task Nothing_is_lost_and_the_next_run_finishes(SafetyWork work)
    {
        using var scene = new SafetyScene(work);
        for (var room = Chance.New().Next(Step); ; room += Step)
        {
            await scene.PrepareAsync(200);
            var files = new CountingFileSystem { Room = room };
            var failed = false;
            try
            {
                await scene.RunAsync(files);
            }
            catch (EnvelopeException failure)
            {
                Assert.Equal(EnvelopeError.DiskFull, failure.Error);
                failed = true;
            }
            await scene.RequireNothingLostAsync();
            await scene.RequireNextRunFinishesAsync();
            Assert.Equal(files.BytesWritten > room, failed);
            if (!failed)
                return;
        }
    }

    [Fact]
    public async Task Rewrap_in_place_needs_no_room_and_survives_a_disk_that_takes_a_part()
    {
        using var scene = new SafetyScene(SafetyWork.RewrapInPlace);
        for (var room = Chance.New().Next(100); room < 20_000; room += 371)
        {
            await scene.PrepareAsync(200);
            await Assert.ThrowsAnyAsync<EnvelopeException>(() => scene.RunAsync(new CountingFileSystem { Room = Math.Min(room, 8_000) }));
            await scene.RequireNothingLostAsync();
            await scene.RequireNextRunFinishesAsync();
        }
    }
}
