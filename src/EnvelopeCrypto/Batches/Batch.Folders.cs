using EnvelopeCrypto.Disk;

namespace EnvelopeCrypto.Batches;

/// <content>The folders that outputs go to.</content>
internal sealed partial class Batch<TResult>
{
    // Below the destination, or the folder that an input was found below, no link is followed; beside a file that was named itself, all
    // are.
    private Folder? RootOf(SourceEntry entry) => _options.Destination is null ? entry.Root : _destination;

    // Each folder that is written to: it is there, and no temporary file of a dead run is.
    private void MakeReady(FilePlace file)
    {
        var folder = file.FullFolderPath;
        if (_options.ReadOnly || _touched.ContainsKey(folder))
            return;
        try
        {
            if (_destination is { } destination && file.Root == destination)
                Totals.FoldersMade += Made(
                    folder, destination, _files.CreateFolder(destination, Path.GetRelativePath(destination.Path, folder), _options.FolderMode));
        }
        catch (Exception failure) when (DiskFailure.Is(failure))
        {
            throw DiskFailure.Writing(folder, failure);
        }
        _touched[folder] = file;
        if (!_options.CleansLast)
            Clean(file);
    }

    // Inputs come folder by folder, so that the folder of the last output is mostly that of the next.
    private FilePlace InOpenFolder(FilePlace place)
    {
        if (place.Beside(_lastOutput) is { } neighbour)
            return neighbour;
        _lastOutput = null; // its folder is closed, and the next may not open
        _lastFolder?.Dispose();
        return _lastOutput = place.InOpenFolder(_files, out _lastFolder);
    }

    // Remembers the folders that were made for a path, the outermost first.
    private int Made(string path, Folder? root, int count)
    {
        var at = _made.Count;
        string? folder = Path.TrimEndingDirectorySeparator(path);
        for (var left = count; left > 0 && folder is not null; left--)
        {
            _made.Insert(at, new FilePlace(folder, root));
            folder = Path.GetDirectoryName(folder);
        }
        return count;
    }

    // A run that made no file leaves no empty folders: they would look like a restore, and the next run would meet them.
    private void RemoveEmptyFolders(bool belowDestination)
    {
        if (Totals.Done > 0)
            return;
        foreach (var folder in _made.Where(folder => folder.Root is not null == belowDestination).Reverse())
        {
            try
            {
                using var above = folder.OpenFolder(_files);
                _files.TryRemoveFolder(above, folder.Name);
            }
            catch (Exception failure) when (DiskFailure.Is(failure))
            {
                // Somebody else's work by now.
            }
        }
    }

    // Made with the first file, so that a run that finds none leaves none.
    private void OpenDestination(bool mayMake)
    {
        if (_options.Destination is not { } path || _destination is not null)
            return;
        try
        {
            if (mayMake)
                Made(Path.GetFullPath(path), root: null, _files.CreateFolder(path, _options.FolderMode));
            _destination = _files.OpenFolder(path);
        }
        catch (DirectoryNotFoundException) when (!mayMake)
        {
            // Nothing is there yet that an output could meet.
        }
        catch (Exception failure) when (DiskFailure.Is(failure))
        {
            // No file can be done then, so it ends the run and is told once.
            throw _notReady = DiskFailure.Writing(path, failure);
        }
    }

    private void Clean(FilePlace file)
    {
        try
        {
            using var open = file.OpenFolder(_files);
            foreach (var name in DeadFiles.NamesIn(_files, open))
            {
                // What was named is an input, whatever its name looks like.
                var path = Path.Join(file.FullFolderPath, name);
                if (_lookAlikes.Contains(path) || _options.IsInput?.Invoke(path) == true)
                    continue;
                if (DeadFiles.TryRemove(_files, open, name))
                    _options.Cleaned?.Invoke(path);
            }
        }
        catch (Exception failure) when (DiskFailure.Is(failure))
        {
            // A folder that may not be listed can still be read from and written to; whatever is wrong, the work on its files will say.
        }
    }
}
