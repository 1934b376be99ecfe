using EnvelopeCrypto.Batches;

namespace EnvelopeCrypto.PowerShell;

/// <content>From the paths that were given to files.</content>
public abstract partial class EnvelopeFileCmdlet<TResult>
{
    private bool IsLiteral => ParameterSetName.StartsWith("LiteralPath", StringComparison.Ordinal);

    private void Expect(string[] given)
    {
        foreach (var path in given)
        {
            if (Resolved(path) is not { } resolved)
                continue;
            if (IsPattern(path))
                _tree!.ExpectMatching(resolved, LiteralLength(path, resolved));
            else
                _tree!.Expect([resolved]);
        }
    }

    private bool IsPattern(string given) =>
        !IsLiteral && !MyInvocation.ExpectingInput && Primitives.WildcardPattern.HasWords(given);

    // The location, and folders that were named before the first wildcard word, are meant letter by letter, whatever is in their names.
    private int LiteralLength(string given, string resolved)
    {
        var folderEnd = given.AsSpan(0, Primitives.WildcardPattern.FirstWord(given)).LastIndexOfAny('/', '\\', ':') + 1;
        var folder = System.IO.Path.TrimEndingDirectorySeparator(SourcePath(folderEnd == 0 ? "." : given[..folderEnd]));
        var length = System.IO.Path.EndsInDirectorySeparator(folder) ? folder.Length : folder.Length + 1; // of the root itself it stays
        return resolved.Length >= length && resolved.StartsWith(folder, StringComparison.Ordinal) && System.IO.Path.EndsInDirectorySeparator(resolved[..length])
            ? length
            : 0;
    }

    // Null for the path of another provider.
    private string? Resolved(string path)
    {
        try
        {
            return IsLiteral ? LiteralSourcePath(path) : SourcePath(path);
        }
        catch (EnvelopeException)
        {
            return null; // said when its turn comes
        }
    }

    private IEnumerable<SourceEntry> Find(string path)
    {
        // Where nothing goes into another folder, no place below a root has to be known.
        var root = MyInvocation.ExpectingInput && _work.Selection.Destination is not null ? _start : null;
        string resolved;
        try
        {
            resolved = IsLiteral ? LiteralSourcePath(path) : SourcePath(path);
        }
        catch (EnvelopeException failure)
        {
            return [new SourceEntry(path, path, 0, Failure: failure)];
        }
        return IsPattern(path)
            ? _tree!.FindMatching(resolved, LiteralLength(path, resolved))
            : _tree!.Find(resolved, root);
    }
}
