using EnvelopeCrypto.Disk;
using EnvelopeCrypto.Format;
using EnvelopeCrypto.Primitives;
using Microsoft.Win32.SafeHandles;

namespace EnvelopeCrypto.Keys.Local;

/// <summary>
/// The keyring's files on disk. Each is read whole and written whole, so that reading needs no lock; writing does. Every reading and
/// writing looks first whether the keyring is private.
/// </summary>
internal sealed class KeyringFolder(string path, FileSystem files, TimeProvider time)
{
    private const int MaxFileLength = 1024 * 1024;
    private const string LockName = "keyring.lock";
    private const string KekPrefix = "kek.";
    private const string KekSuffix = ".json";
    private const string ExportsPrefix = "exported.";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public string Path { get; } = System.IO.Path.GetFullPath(path);

    public string KeyringPath => In(KeyringFailure.KeyringFileName);

    public string KekPath(string name) => In($"{KekPrefix}{name}{KekSuffix}");

    /// <summary>The file that says when the KEK was exported.</summary>
    public string ExportsPath(string name) => In($"{ExportsPrefix}{name}{KekSuffix}");

    /// <summary>The names of the KEKs, sorted. Files that have no name of ours are left alone.</summary>
    public IReadOnlyList<string> Names()
    {
        if (!IsThere())
            return [];
        try
        {
            using var folder = files.OpenFolder(Path);
            return [.. files.List(folder).Select(entry => NameOf(entry.Name)).OfType<string>().Order(StringComparer.Ordinal)];
        }
        catch (Exception failure) when (DiskFailure.Is(failure))
        {
            throw KeyringFailure.Unreadable(Path, failure, isFolder: true);
        }
    }

    public bool Has(string name) => IsThere() && StatusOf(KekPath(name)) is not null;

    /// <summary>What the file system says of a KEK's file: one call, for anyone who asks often. Null when there is none.</summary>
    /// <exception cref="EnvelopeException">SourceUnreadable.</exception>
    public FileStatus? StatusOfKek(string name) => StatusOf(KekPath(name));

    /// <summary>The KEK's file, which the caller disposes; null when there is none.</summary>
    /// <exception cref="EnvelopeException">KeyringDamaged, KeyringNotPrivate, UnsupportedVersion, SourceUnreadable.</exception>
    public KekFile? ReadKek(string name)
    {
        var file = KekPath(name);
        using var text = Read(file);
        return text is null ? null : KeyringFailure.Named(file, what =>
        {
            var kek = KekFile.Parse(text.Span, what, isBackup: false);
            if (kek.Name == name)
                return kek;
            kek.Dispose();
            throw CanonicalJson.Invalid(what, $"is that of the KEK '{kek.Name}'");
        });
    }

    /// <summary><c>keyring.json</c>; null when there is none.</summary>
    /// <exception cref="EnvelopeException">KeyringDamaged, KeyringNotPrivate, UnsupportedVersion, SourceUnreadable.</exception>
    public KeyringFile? ReadKeyring()
    {
        var file = KeyringPath;
        using var text = Read(file);
        return text is null ? null : KeyringFailure.Named(file, what => KeyringFile.Parse(text.Span, what));
    }

    /// <summary>When the KEK was exported; null when no file says so.</summary>
    /// <exception cref="EnvelopeException">KeyringDamaged, KeyringNotPrivate, UnsupportedVersion, SourceUnreadable.</exception>
    public KekExports? ReadExports(string name)
    {
        var file = ExportsPath(name);
        using var text = Read(file);
        return text is null ? null : KeyringFailure.Named(file, what => KekExports.Parse(text.Span, name, what));
    }

    /// <summary>Writes a KEK that has no file yet. Under the lock.</summary>
    /// <exception cref="EnvelopeException">DestinationExists, OutputFailed, DiskFull.</exception>
    public void WriteNew(KekFile kek)
    {
        using var text = kek.ToJson();
        Write(KekPath(kek.Name), text.Span, replace: false);
    }

    /// <summary>Writes a KEK's file again. Under the lock.</summary>
    /// <exception cref="EnvelopeException">OutputFailed, DiskFull.</exception>
    public void Replace(KekFile kek)
    {
        using var text = kek.ToJson();
        Write(KekPath(kek.Name), text.Span, replace: true);
    }

    /// <summary>Writes <c>keyring.json</c>. Under the lock.</summary>
    /// <exception cref="EnvelopeException">DestinationExists, OutputFailed, DiskFull.</exception>
    public void WriteNew(KeyringFile keyring) => Write(KeyringPath, keyring.ToJson(), replace: false);

    /// <summary>Replaces <c>keyring.json</c>, which must open the same keyring key as before. Hold the lock.</summary>
    /// <exception cref="EnvelopeException">OutputFailed, DiskFull.</exception>
    public void Replace(KeyringFile keyring) => Write(KeyringPath, keyring.ToJson(), replace: true);

    /// <summary>Writes when a KEK was exported. Under the lock.</summary>
    /// <exception cref="EnvelopeException">OutputFailed, DiskFull.</exception>
    public void Replace(KekExports exports) => Write(ExportsPath(exports.Name), exports.ToJson(), replace: true);

    /// <summary>Removes a KEK's file. Under the lock.</summary>
    /// <exception cref="EnvelopeException">OutputFailed.</exception>
    public void Remove(string name)
    {
        var file = KekPath(name);
        var isGone = false;
        try
        {
            using var folder = files.OpenFolder(Path);
            files.Delete(folder, System.IO.Path.GetFileName(file));
            isGone = true;
            if (StatusOf(ExportsPath(name)) is not null)
                files.Delete(folder, System.IO.Path.GetFileName(ExportsPath(name)));
            files.FlushFolder(folder);
        }
        catch (Exception failure) when (DiskFailure.Is(failure))
        {
            var what = isGone ? "it was removed, but the disk does not confirm it, and it could come back" : "it cannot be removed";
            throw new EnvelopeException(EnvelopeError.OutputFailed, $"{what}: {failure.Message}", failure).About(file);
        }
    }

    /// <summary>Makes the folder when it is missing and takes the lock between processes and threads.</summary>
    /// <exception cref="EnvelopeException">KeyringBusy, KeyringNotPrivate, OutputFailed.</exception>
    public FileLock Lock(CancellationToken cancellationToken)
    {
        var file = In(LockName);
        try
        {
            if (KeyringPrivacy.MakeFolder(Path))
                new FoldersAbove(files).Flush(System.IO.Path.GetFullPath(Path));
            IsThere(); // for its check
            // Callers hold a thread's lock across this, so the wait is one of this thread.
            var held = FileLock.AcquireAsync(file, Patience, time, cancellationToken, files).AsTask().GetAwaiter().GetResult();
            if (held is null)
            {
                throw new EnvelopeException(
                    EnvelopeError.KeyringBusy,
                    $"another process has held the keyring for {Patience.TotalSeconds:0} seconds; try again."
                    + FileLock.WhenOfAnotherUser(file)).About(file);
            }
            RemoveLeftovers(held);
            return held;
        }
        catch (Exception failure) when (DiskFailure.Is(failure))
        {
            throw new EnvelopeException(
                EnvelopeError.OutputFailed,
                $"the keyring cannot be written: {failure.Message} Another folder can be set in {KeyringLocation.Variable}.",
                failure).About(Path);
        }
    }

    private static string? NameOf(string file)
    {
        if (!file.StartsWith(KekPrefix, StringComparison.Ordinal) || !file.EndsWith(KekSuffix, StringComparison.Ordinal)
            || file.Length <= KekPrefix.Length + KekSuffix.Length)
        {
            return null;
        }
        var name = file[KekPrefix.Length..^KekSuffix.Length];
        return RecipientGrammar.LocalName().IsMatch(name) ? name : null;
    }

    private FileStatus? StatusOf(string file)
    {
        try
        {
            return files.StatusOf(file);
        }
        catch (Exception failure) when (DiskFailure.Is(failure))
        {
            throw KeyringFailure.Unreadable(file, failure);
        }
    }

    private SecretBytes ReadAll(SafeFileHandle handle, string file)
    {
        var length = files.Length(handle);
        if (length > MaxFileLength)
            throw KeyringFailure.Damaged(file, "is longer than 1 MiB");
        var text = new SecretBytes((int)length);
        try
        {
            for (var done = 0; done < text.Length;)
            {
                var count = files.Read(handle, done, text.Span[done..]);
                if (count == 0)
                    throw KeyringFailure.Damaged(file, "became shorter while it was read");
                done += count;
            }
            return text;
        }
        catch
        {
            text.Dispose();
            throw;
        }
    }

    private string In(string name) => System.IO.Path.Combine(Path, name);

    /// <exception cref="EnvelopeException">KeyringNotPrivate.</exception>
    private bool IsThere()
    {
        if (StatusOf(Path) is not { Kind: FileKind.Folder } status)
            return false;
        KeyringPrivacy.Require(Path, status);
        return true;
    }

    private SecretBytes? Read(string file)
    {
        if (!IsThere() || StatusOf(file) is not { } status)
            return null;
        if (status.Kind != FileKind.Regular)
            throw KeyringFailure.Damaged(file, "is not a regular file");
        KeyringPrivacy.Require(file, status);
        try
        {
            using var handle = files.OpenRead(file);
            // An attacker who can write a folder above may have exchanged it since the look.
            KeyringPrivacy.Require(file, files.Status(handle, file));
            return ReadAll(handle, file);
        }
        catch (FileNotFoundException)
        {
            return null; // removed by another process after we looked
        }
        catch (Exception failure) when (DiskFailure.Is(failure))
        {
            throw KeyringFailure.Unreadable(file, failure);
        }
    }

    private void Write(string file, ReadOnlySpan<byte> text, bool replace)
    {
        if (text.Length > MaxFileLength)
        {
            throw new EnvelopeException(
                EnvelopeError.OutputFailed, $"the {KeyringFailure.WhatOf(file)} would be longer than 1 MiB; make a new KEK.").About(file);
        }
        using var output = OutputFile.Create(files, file, replace);
        output.Write(text);
        output.Publish(modified: null, mode: null, flush: true);
    }

    private void RemoveLeftovers(FileLock held)
    {
        try
        {
            using var folder = files.OpenFolder(Path);
            foreach (var name in files.List(folder).Select(entry => entry.Name).Where(name => TemporaryFile.IsName(name)).ToList())
                DeadFiles.TryRemove(files, folder, name);
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }
}
