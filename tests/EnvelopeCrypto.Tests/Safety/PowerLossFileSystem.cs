using EnvelopeCrypto.Disk;
using EnvelopeCrypto.Tests.Support;
using Microsoft.Win32.SafeHandles;

namespace EnvelopeCrypto.Tests.Safety;

/// <summary>
/// A machine whose power fails at a call: from there on every call fails, and after the reboot a folder holds what was flushed. What
/// was not may have reached the disk or not, names before bytes too; each way is tried.
/// </summary>
/// <param name="folder">Whose files are on the disk to begin with.</param>
/// <param name="number">The call that the power fails at, from 1.</param>
/// <param name="names">What of the names reached the disk without a flush.</param>
/// <param name="torn">Whether the first half of each write did; else nothing of it.</param>
internal sealed class PowerLossFileSystem(string folder, int number, PowerLossFileSystem.Names names, bool torn) : ObservedFileSystem
{
    private readonly Dictionary<ulong, OnDisk> _files = [];
    private Dictionary<string, OnDisk> _names = [];
    private int _calls;

    public enum Names
    {
        /// <summary>None: names are as at the last flush of the folder.</summary>
        Late,

        /// <summary>All of them.</summary>
        Early,

        /// <summary>Only that they went.</summary>
        DeletionsOnly,
    }

    public int Calls => _calls;

    /// <summary>Takes what is in the folder as flushed.</summary>
    public void Start()
    {
        foreach (var path in Directory.GetFiles(folder))
        {
            var file = FileOf(FileStatus.Of(path)!.Value.Number);
            (file.Bytes, file.Modified) = (File.ReadAllBytes(path), File.GetLastWriteTimeUtc(path));
        }
        _names = Listing();
    }

    /// <summary>Puts into the folder what is found after the reboot.</summary>
    public void Reboot()
    {
        var there = Listing();
        var found = names switch
        {
            Names.Late => _names,
            Names.Early => there,
            _ => _names.Where(name => there.ContainsKey(name.Key)).ToDictionary(StringComparer.Ordinal),
        };
        foreach (var path in Directory.GetFiles(folder))
            File.Delete(path);
        foreach (var (name, file) in found)
        {
            var path = Path.Combine(folder, name);
            File.WriteAllBytes(path, torn ? file.Torn() : file.Bytes);
            File.SetLastWriteTimeUtc(path, file.Modified);
        }
    }

    public override TemporaryFile CreateTemporary(Folder folder)
    {
        var file = base.CreateTemporary(folder);
        _files.Remove(NumberOf(file.Handle)); // one that was deleted can have had the number before
        return file;
    }

    public override void Write(SafeFileHandle file, long offset, ReadOnlySpan<byte> bytes)
    {
        base.Write(file, offset, bytes);
        FileOf(NumberOf(file)).Pending.Add((offset, bytes.ToArray()));
    }

    public override void Flush(SafeFileHandle file)
    {
        base.Flush(file);
        var flushed = FileOf(NumberOf(file));
        flushed.Bytes = new byte[RandomAccess.GetLength(file)];
        RandomAccess.Read(file, flushed.Bytes, 0);
        flushed.Modified = FileStatus.Of(file, "").Modified.ToUtc();
        flushed.Pending.Clear();
    }

    public override void FlushStores(SafeFileHandle file) => Flush(file);

    public override void FlushFolder(Folder folder)
    {
        base.FlushFolder(folder);
        _names = Listing();
    }

    protected override void Hear(string call)
    {
        if (++_calls >= number)
            throw new IOException("The power is gone.", 5);
    }

    private static ulong NumberOf(SafeFileHandle file) => (ulong)FileStatus.Of(file, "").Number;

    private OnDisk FileOf(UInt128 file)
    {
        if (!_files.TryGetValue((ulong)file, out var known))
            _files[(ulong)file] = known = new OnDisk();
        return known;
    }

    private Dictionary<string, OnDisk> Listing() => Directory.GetFiles(folder)
        .Where(path => !TemporaryFile.IsLockName(Path.GetFileName(path)))
        .ToDictionary(path => Path.GetFileName(path), path => FileOf(FileStatus.Of(path)!.Value.Number), StringComparer.Ordinal);

    private sealed class OnDisk
    {
        public byte[] Bytes { get; set; } = [];

        public DateTime Modified { get; set; } = DateTime.UnixEpoch;

        public List<(long Offset, byte[] Bytes)> Pending { get; } = [];

        public byte[] Torn()
        {
            var bytes = Bytes;
            foreach (var (offset, written) in Pending)
            {
                var half = written.AsSpan(0, written.Length / 2);
                if (bytes.Length < offset + half.Length)
                    Array.Resize(ref bytes, (int)offset + half.Length);
                half.CopyTo(bytes.AsSpan((int)offset));
            }
            return bytes;
        }
    }
}
