using System.Globalization;
using EnvelopeCrypto.Batches;
using EnvelopeCrypto.Files;
using EnvelopeCrypto.Keys;
using EnvelopeCrypto.Tests.Support;

namespace EnvelopeCrypto.Tests.Batches;

/// <summary>Many files, few calls: what a key service is asked, counted, and what becomes of it when it fails.</summary>
public sealed class DataKeyReuseTests : IDisposable
{
    private const int Count = 100;
    private const int Workers = 8;

    private readonly TreeBench _bench = new();
    private readonly FakeKeyService _service = new() { Generates = true };

    public DataKeyReuseTests()
    {
        // As over a network: the worker that asked goes on elsewhere.
        _service.Answering = async _ => await Task.Yield();
        for (var i = 0; i < Count; i++)
        {
            _bench.Write(
                string.Create(CultureInfo.InvariantCulture, $"t/{i}.txt"), string.Create(CultureInfo.InvariantCulture, $"file {i}"));
        }
    }

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void One_call_serves_all_files_of_a_data_key()
    {
        Protect(filesPerDataKey: 10).AllBecame(FileOutcome.Protected, Count);
        Assert.Equal([10, 0], [_service.Count("generate"), _service.Count("wrap")]);
        var batches = Directory.GetFiles(_bench["vault"]).Select(Batch).GroupBy(batch => batch, StringComparer.Ordinal).ToList();
        Assert.Equal(10, batches.Count);
        Assert.All(batches, files => Assert.Equal(10, files.Count()));

        _service.RefusesUnwrap = true;
        Rewrap("service:b").AllBecame(FileOutcome.Rewrapped, Count);
        Assert.Equal([10, 0], [_service.Count("re-encrypt"), _service.Count("unwrap")]);

        _service.RefusesUnwrap = false;
        Unprotect().AllBecame(FileOutcome.Unprotected, Count);
        Assert.Equal(10, _service.Count("unwrap"));
        for (var i = 0; i < Count; i++)
        {
            Assert.Equal(
                string.Create(CultureInfo.InvariantCulture, $"file {i}"),
                File.ReadAllText(_bench[string.Create(CultureInfo.InvariantCulture, $"back/{i}.txt")]));
        }
    }

    [Fact]
    public void One_unwrap_and_one_wrap_serve_all_files_where_the_service_cannot_re_encrypt()
    {
        Protect(filesPerDataKey: 10);
        _service.CanReEncrypt = false;
        _service.Calls.Clear();
        var outcomes = Rewrap("service:b");
        outcomes.AllBecame(FileOutcome.Rewrapped, Count);
        Assert.All(
            outcomes,
            outcome => Assert.Equal((RewrapMethod.UnwrapAndWrap, RecipientProof.Verified), (outcome.Result!.Method, outcome.Result.Proof)));
        Assert.Equal([10, 20], [_service.Count("wrap"), _service.Count("unwrap")]); // each new recipient is proven
        Unprotect().AllBecame(FileOutcome.Unprotected, Count);
    }

    [Fact]
    public void Files_with_keys_of_their_own_share_nothing()
    {
        Protect(filesPerDataKey: 1).AllBecame(FileOutcome.Protected, Count);
        Assert.All(Directory.GetFiles(_bench["vault"]), file => Assert.Null(Batch(file)));
        Rewrap("service:b");
        Unprotect();
        Assert.Equal([Count, Count, Count], [_service.Count("generate"), _service.Count("re-encrypt"), _service.Count("unwrap")]);
    }

    [Theory]
    [InlineData("generate")]
    [InlineData("re-encrypt")]
    [InlineData("unwrap")]
    public void Kek_that_fails_is_asked_by_those_already_under_way_at_most(string operation)
    {
        if (operation != "generate")
            Protect(filesPerDataKey: 1);
        _service.Calls.Clear();
        var allAreUnderWay = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _service.Answering = async _ =>
        {
            if (_service.Calls.Count >= Workers)
                allAreUnderWay.TrySetResult();
            await allAreUnderWay.Task;
            throw new EnvelopeException(EnvelopeError.AccessDenied, "no.");
        };
        var outcomes = operation switch
        {
            "generate" => Protect(filesPerDataKey: 1),
            "re-encrypt" => Rewrap("service:b"),
            _ => Unprotect(),
        };
        Assert.Equal(Workers, _service.Count(operation));
        Assert.Equal(Workers, outcomes.Count(outcome => outcome.Failure?.Error == EnvelopeError.AccessDenied));
        Assert.Equal(Count - Workers, outcomes.Count(outcome => outcome.Failure?.Error == EnvelopeError.NotTried));
    }

    private static string? Batch(string envelope)
    {
        using var file = File.OpenRead(envelope);
        return InspectOperation.InspectStream(file).Batch;
    }

    private static List<BatchOutcome<FileResult>> Run(
        string path, BatchOptions how, Func<BatchItem, CancellationToken, Task<FileResult>> work) =>
        TreeBench.Run([path], new SourceSelection { Recurse = true }, how with { ThrottleLimit = Workers }, work);

    private List<BatchOutcome<FileResult>> Protect(int filesPerDataKey)
    {
        using var session = _bench.Session(_service);
        var operation = new ProtectOperation(
            session, new ProtectOptions { Keks = [KekReference.Parse("service:a")], FilesPerDataKey = filesPerDataKey });
        return Run(
            _bench["t"],
            new BatchOptions
            {
                OutputFor = entry => EnvelopeName.ForEnvelope(Path.Combine(_bench["vault"], entry.RelativePath)),
                Destination = _bench["vault"],
                Prepare = operation.PrepareAsync,
            },
            (item, stop) => operation.ProtectFileAsync(item.Entry.Path, item.Output!, progress: null, stop));
    }

    private List<BatchOutcome<FileResult>> Rewrap(string newKek)
    {
        using var session = _bench.Session(_service);
        var operation = new RewrapOperation(session, new RewrapOptions { NewKeks = [KekReference.Parse(newKek)] });
        return Run(
            _bench["vault"],
            new BatchOptions { Prepare = operation.PrepareAsync },
            (item, stop) => operation.RewrapFileAsync(item.Entry.Path, stop));
    }

    private List<BatchOutcome<FileResult>> Unprotect()
    {
        using var session = _bench.Session(_service);
        var operation = new UnprotectOperation(session, new UnprotectOptions());
        return Run(
            _bench["vault"],
            new BatchOptions
            {
                OutputFor = entry => EnvelopeName.ForPlaintext(Path.Combine(_bench["back"], entry.RelativePath)),
                Destination = _bench["back"],
            },
            (item, stop) => operation.UnprotectFileAsync(item.Entry.Path, item.Output!, progress: null, stop));
    }
}
