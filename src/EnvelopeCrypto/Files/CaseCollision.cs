using EnvelopeCrypto.Disk;
using EnvelopeCrypto.Primitives;

namespace EnvelopeCrypto.Files;

/// <summary>
/// Whether the file at an output's name is another file's: where the file system knows no case (exFAT, NTFS, APFS), the name a.txt.evc
/// leads to A.txt.evc, which may be the only copy of an A.txt of another run.
/// </summary>
internal sealed class CaseCollision(FileSystem files)
{
    // Files come folder by folder.
    private volatile FolderNames? _last;

    /// <param name="source">The input.</param>
    /// <param name="output">Its output, which follows from the input's name.</param>
    /// <param name="sourceNameOf">
    /// The name of the input from which an output of some name follows; null where an output's name is sealed in the input.
    /// </param>
    /// <exception cref="EnvelopeException">DestinationExists.</exception>
    /// <exception cref="IOException">A folder cannot be listed.</exception>
    public void RequireOwn(FilePlace source, FilePlace output, Func<string, string?> sourceNameOf)
    {
        var name = output.Name;
        // A name that somebody wrote is meant as it is taken.
        if (files.StatusOf(output) is null || (sourceNameOf(name) is { } derived && derived != source.Name))
            return;
        var actual = NamesIn(output).ActualOf(name);
        if (actual == name || IsRenamed(source, sourceNameOf(actual)))
            return;
        throw new EnvelopeException(
            EnvelopeError.DestinationExists,
            $"the file system takes its name for that of '{actual}', which is the output of another file.").About(output.Path);
    }

    // The input's folder knows no case either: the input has both names, and what is there is its own, from when it had the other.
    private bool IsRenamed(FilePlace source, string? other)
    {
        if (other is null)
            return false;
        var names = new FolderNames(files, source);
        return names.Has(other) && names.ActualOf(other) != other;
    }

    // The caller closes the folder that it has open; this one is opened when it is asked.
    private FolderNames NamesIn(FilePlace file) => _last is { } last && last.Folder == file.FolderPath
        ? last
        : _last = new FolderNames(files, new FilePlace(file.Path, file.Root));

    /// <summary>The names of a folder's entries as they are, read when they are needed.</summary>
    private sealed class FolderNames(FileSystem files, FilePlace file)
    {
        private readonly object _gate = new();
        private HashSet<string>? _names;
        private bool? _tellsCaseApart;

        public string Folder => file.FolderPath;

        /// <summary>Whether a name leads to an entry.</summary>
        public bool Has(string name)
        {
            using var folder = file.OpenFolder(files);
            return files.Status(folder, name) is not null;
        }

        /// <summary>The name of the entry that a name leads to.</summary>
        public string ActualOf(string name)
        {
            lock (_gate)
            {
                if (TellsCaseApart(name))
                    return name;
                // An entry that is newer than the list has a name of its own, or else is no newer.
                if (_names?.Contains(name) != true)
                    _names = Read();
                return _names.Contains(name) ? name : _names.FirstOrDefault(entry => Fold(entry) == Fold(name), name);
            }
        }

        private bool TellsCaseApart(string name)
        {
            // macOS takes two normal forms for one name, even where it tells case apart.
            if (!OperatingSystem.IsLinux())
                return false;
            var other = name.ToUpperInvariant() is var upper && upper != name ? upper : name.ToLowerInvariant();
            return other == name || (_tellsCaseApart ??= !Has(other));
        }

        private HashSet<string> Read()
        {
            using var folder = file.OpenFolder(files);
            return files.List(folder).Select(entry => entry.Name).ToHashSet(StringComparer.Ordinal);
        }

        private static string Fold(string name)
        {
            try
            {
                return NormalForm.Compose(name).ToUpperInvariant();
            }
            catch (ArgumentException)
            {
                return name.ToUpperInvariant(); // no sound Unicode: it has no normal form
            }
        }
    }
}
