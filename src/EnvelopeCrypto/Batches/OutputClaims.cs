using System.Runtime.InteropServices;
using System.Text;
using EnvelopeCrypto.Primitives;

namespace EnvelopeCrypto.Batches;

/// <summary>
/// Who writes which output of a run. Each output is claimed before its file starts; a second claimant is told of the first. Names are
/// compared without case and in normal form: whether two such names are one file, only the disk can say.
/// </summary>
/// <remarks>An item costs a hash of 16 bytes and its name in UTF-8, beside its folder, which many share: under 100 bytes.</remarks>
internal sealed class OutputClaims
{
    private const int BlockSize = 64 * 1024;

    private readonly Dictionary<PathHash, Claim> _claims = [];
    private readonly Dictionary<string, int> _folderNumbers = new(StringComparer.Ordinal);
    private readonly List<string> _folders = [];
    private readonly List<byte[]> _blocks = [];
    private int _used = BlockSize;

    /// <summary>Claims an output for a source. For any thread.</summary>
    /// <param name="output">Its full path.</param>
    /// <param name="source">The input's path.</param>
    /// <param name="replaces">Whether a file has that name already.</param>
    /// <returns>Nothing, or the source that has claimed it already; a twin when that one's name differs in case or normal form.</returns>
    public (string? First, bool IsTwin) TryClaim(string output, string source, bool replaces = false)
    {
        var exact = ExactHash(output);
        lock (_claims)
        {
            ref var claim = ref CollectionsMarshal.GetValueRefOrAddDefault(_claims, KeyOf(output), out var isTaken);
            if (isTaken)
                return (SourceOf(claim), claim.ExactHash != exact);
            claim = Remember(source, exact, replaces);
            return (null, false);
        }
    }

    /// <summary>Whether this run writes a file of exactly that name. For any thread.</summary>
    /// <param name="path">The name.</param>
    /// <param name="replaces">Whether another file had that name before.</param>
    public bool IsOutput(string path, out bool replaces)
    {
        lock (_claims)
        {
            var isOutput = _claims.TryGetValue(KeyOf(path), out var claim) && claim.ExactHash == ExactHash(path) && SourceOf(claim) != path;
            replaces = isOutput && claim.Replaces;
            return isOutput;
        }
    }

    private static int ExactHash(string path) => path.GetHashCode(StringComparison.Ordinal);

    private static PathHash KeyOf(string path) => PathHash.Of(Fold(path));

    private static string Fold(string path)
    {
        if (Ascii.IsValid(path))
            return path.ToUpperInvariant();
        try
        {
            return NormalForm.Compose(path).ToUpperInvariant();
        }
        catch (ArgumentException)
        {
            return path.ToUpperInvariant(); // no sound Unicode: it has no normal form
        }
    }

    private Claim Remember(string source, int exact, bool replaces)
    {
        var folder = Path.GetDirectoryName(source) ?? "";
        if (!_folderNumbers.TryGetValue(folder, out var number))
        {
            number = _folders.Count;
            _folders.Add(folder);
            _folderNumbers.Add(folder, number);
        }
        var name = Encoding.UTF8.GetBytes(Path.GetFileName(source));
        if (_used + name.Length > BlockSize)
        {
            _blocks.Add(new byte[Math.Max(BlockSize, name.Length)]);
            _used = 0;
        }
        name.CopyTo(_blocks[^1], _used);
        var claim = new Claim(exact, number, _blocks.Count - 1, (ushort)_used, (ushort)name.Length, replaces);
        _used += name.Length;
        return claim;
    }

    private string SourceOf(Claim claim) =>
        Path.Combine(_folders[claim.Folder], Encoding.UTF8.GetString(_blocks[claim.Block], claim.Offset, claim.Length));

    private readonly record struct Claim(int ExactHash, int Folder, int Block, ushort Offset, ushort Length, bool Replaces);
}
