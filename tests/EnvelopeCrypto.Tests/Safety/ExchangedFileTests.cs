using EnvelopeCrypto.Batches;
using EnvelopeCrypto.Disk;
using EnvelopeCrypto.Files;
using EnvelopeCrypto.Keys;
using EnvelopeCrypto.Keys.Local;
using EnvelopeCrypto.Tests.Batches;
using EnvelopeCrypto.Tests.Support;

namespace EnvelopeCrypto.Tests.Safety;

/// <summary>Another user exchanges a name of the tree for a link between two looks of a run at it.</summary>
public sealed class ExchangedFileTests : IDisposable
{
    private const int Looks = 20_000;

    private readonly TreeBench _bench = new();

    public ExchangedFileTests() => Assert.SkipUnless(OperatingSystem.IsLinux(), "Links and exchanges are made as on Linux.");

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task Envelope_that_becomes_a_link_leads_no_rewrap_out_of_the_tree()
    {
        _bench.Keyring.Create("other", KekProtection.Unprotected);
        _bench.Write("tree/0");
        _bench.Write("outside/0");
        _bench.Protect([_bench["tree"], _bench["outside"]]);
        var (inside, outside) = (_bench["tree/0.evc"], _bench["outside/0.evc"]);
        var before = File.ReadAllBytes(outside);
        var isOpen = false;
        var files = new ScriptedFileSystem();
        files.Before = (call, _) =>
        {
            if (isOpen)
            {
                files.Before = null;
                File.Delete(inside);
                File.CreateSymbolicLink(inside, outside);
            }
            isOpen = call == nameof(FileSystem.OpenRead);
        };
        using var session = _bench.Session();
        var operation = new RewrapOperation(
            session, new RewrapOptions { NewKeks = [KekReference.Parse("local:other")] }, PatientTime.Instance, files);
        using var root = FileSystem.Default.OpenFolder(_bench["tree"]);
        await Refused.AsAsync(
            EnvelopeError.LinkInTheWay, () => operation.RewrapFileAsync(new FilePlace(inside, root), CancellationToken.None));
        Assert.Equal(before, File.ReadAllBytes(outside));
    }

    // With it the folder looks like one that knows no case, and its names are read again for each that is newer than they were.
    [Fact]
    public void Twin_that_is_put_beside_an_output_stops_no_update()
    {
        _bench.Write("vault/A.TXT.EVC");
        var collision = new CaseCollision(FileSystem.Default);
        foreach (var name in new[] { "a.txt", "b.txt" })
        {
            var output = new FilePlace(_bench.Write($"vault/{name}.evc")).InOpenFolder(FileSystem.Default, out var folder);
            using (folder)
                collision.RequireOwn(_bench.Write($"tree/{name}"), output, EnvelopeName.SourceOf);
        }
    }

    // A run that makes no file takes the empty folders away that it made.
    [Fact]
    public void Folder_that_was_made_and_becomes_a_link_leads_no_tidying_out_of_the_destination()
    {
        _bench.Write("tree/0");
        Directory.CreateDirectory(_bench["outside/made"]);
        TreeBench.Run<FileResult>(
            [_bench["tree"]],
            new SourceSelection { Recurse = true },
            new BatchOptions { Destination = _bench["vault"], OutputFor = _ => _bench["vault/sub/made/0.evc"] },
            (_, _) =>
            {
                Directory.Move(_bench["vault/sub"], _bench["vault/moved"]);
                File.CreateSymbolicLink(_bench["vault/sub"], _bench["outside"]);
                throw new EnvelopeException(EnvelopeError.KekNotFound, "gone.");
            });
        Assert.True(Directory.Exists(_bench["outside/made"]));
    }

    // A link that leads round in a circle cannot be looked up.
    [Fact]
    public void Folder_and_link_that_take_turns_stop_no_walk()
    {
        Directory.CreateDirectory(_bench["tree/sub"]);
        Circle(_bench["tree/link"]);
        var destination = new DestinationFolder(_bench["vault"]);
        using (new Exchange(_bench["tree/sub"], _bench["tree/link"]))
        {
            for (var look = 0; look < Looks; look++)
                Assert.False(destination.Is(_bench["tree/sub"], default));
        }
    }

    [Fact]
    public void Links_that_take_turns_stop_no_walk()
    {
        File.CreateSymbolicLink(_bench["tree/good"], _bench.Write("tree/0"));
        Circle(_bench["tree/link"]);
        var destination = new DestinationFolder(_bench["vault"]);
        using (new Exchange(_bench["tree/good"], _bench["tree/link"]))
        {
            for (var look = 0; look < Looks; look++)
                Assert.False(destination.HoldsFile(_bench["tree/good"]));
        }
    }

    private void Circle(string link)
    {
        File.CreateSymbolicLink(link, _bench["tree/round"]);
        File.CreateSymbolicLink(_bench["tree/round"], _bench["tree/round"]);
    }
}
