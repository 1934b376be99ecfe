namespace EnvelopeCrypto;

/// <summary>The one exception of the engine: an error id, a reason of one line, and the file that it is about.</summary>
public sealed class EnvelopeException : Exception
{
    /// <param name="error">What failed.</param>
    /// <param name="reason">One line: what failed and, where there is one, the way out. No file name, no secret.</param>
    /// <param name="inner">What it came from.</param>
    public EnvelopeException(EnvelopeError error, string reason, Exception? inner = null)
        : base(reason, inner)
    {
        Error = error;
    }

    /// <summary>What failed.</summary>
    public EnvelopeError Error { get; }

    /// <summary>The file that it is about, when there is one.</summary>
    public string? Path { get; private init; }

    /// <summary>The algorithms of the recipients that did not open; none where it is about none.</summary>
    internal IReadOnlyList<string> Algorithms { get; init; } = [];

    /// <summary>What failed and, where there is one, the way out; without the file's name.</summary>
    public string Reason => DisplayText.OneLine(base.Message);

    /// <summary>File and reason in one line. Control characters of a name are shown as <c>\u000a</c>.</summary>
    public override string Message => Path is null ? Reason : $"{DisplayText.OneLine(Path)}: {Reason}";

    /// <summary>An unforeseen failure, as an error: OutOfResources where the system gave too little, else Unexpected.</summary>
    internal static EnvelopeException From(Exception failure)
    {
        ArgumentNullException.ThrowIfNull(failure);
        return failure switch
        {
            EnvelopeException known => known,
            OutOfMemoryException or ThreadStartException or TaskSchedulerException { InnerException: OutOfMemoryException or ThreadStartException } =>
                new(EnvelopeError.OutOfResources, "the system gives this process no more memory or threads.", failure),
            _ => new(
                EnvelopeError.Unexpected,
                $"a fault of this program; please report it: {failure.GetType().Name}: {failure.Message}",
                failure),
        };
    }

    /// <summary>The same failure of a file, unless an inner step named one already.</summary>
    internal EnvelopeException About(string? path) => Path is not null || path is null ? this : OfFile(path);

    /// <summary>The same failure of a file, whichever an inner step named.</summary>
    internal EnvelopeException OfFile(string path) => new(Error, base.Message, InnerException) { Path = path, Algorithms = Algorithms };
}
