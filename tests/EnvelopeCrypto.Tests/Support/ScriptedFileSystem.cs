using EnvelopeCrypto.Disk;
using Microsoft.Win32.SafeHandles;

namespace EnvelopeCrypto.Tests.Support;

/// <summary>This machine's file system, which a test can look into before each change and make fail at any of them.</summary>
internal sealed class ScriptedFileSystem : FileSystem
{
    private int _calls;

    /// <summary>Whether temporary files have a name at once, as on systems that have none without.</summary>
    public bool Named { get; init; }

    /// <summary>Whether a write that fails leaves half of its bytes, as one that the power ended.</summary>
    public bool Torn { get; init; }

    /// <summary>Whether the disk keeps other bytes than those that were written.</summary>
    public bool Garbles { get; init; }

    /// <summary>Hears of each call, with its name and its number from 1; what it throws, the call throws.</summary>
    public Action<string, int>? Before { get; set; }

    /// <summary>How many calls there were.</summary>
    public int Calls => _calls;

    /// <summary>Fails at the call of that number and at none after it.</summary>
    public static ScriptedFileSystem FailingAt(int number, bool named = false, bool torn = false) => new()
    {
        Named = named,
        Torn = torn,
        Before = (call, count) =>
        {
            if (count == number)
                throw Failure(call);
        },
    };

    /// <summary>What the call throws when the disk does not answer.</summary>
    public static IOException Failure(string call) => new($"The device does not answer ({call}).", 5);

    public override SafeFileHandle OpenRead(string path)
    {
        Hear(nameof(OpenRead));
        return base.OpenRead(path);
    }

    public override SafeFileHandle OpenWrite(string path)
    {
        Hear(nameof(OpenWrite));
        return base.OpenWrite(path);
    }

    public override bool TryHold(SafeFileHandle file)
    {
        Hear(nameof(TryHold));
        return base.TryHold(file);
    }

    public override int Read(SafeFileHandle file, long offset, Span<byte> buffer)
    {
        Hear(nameof(Read));
        return base.Read(file, offset, buffer);
    }

    public override FileStream OpenLock(string path, FileStreamOptions options)
    {
        Hear(nameof(OpenLock));
        return base.OpenLock(path, options);
    }

    public override TemporaryFile CreateTemporary(string folder)
    {
        Hear(nameof(CreateTemporary));
        if (!Named)
            return base.CreateTemporary(folder);
        var path = TemporaryFile.NewPath(folder);
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Share = FileShare.Delete,
            BufferSize = 0,
        };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return new TemporaryFile(new FileStream(path, options).SafeFileHandle, folder, path);
    }

    public override void Reserve(SafeFileHandle file, long length)
    {
        Hear(nameof(Reserve));
        base.Reserve(file, length);
    }

    public override void SetLength(SafeFileHandle file, long length)
    {
        Hear(nameof(SetLength));
        base.SetLength(file, length);
    }

    public override void Write(SafeFileHandle file, long offset, ReadOnlySpan<byte> bytes)
    {
        try
        {
            Hear(nameof(Write));
        }
        catch when (Torn)
        {
            base.Write(file, offset, bytes[..(bytes.Length / 2)]);
            throw;
        }
        base.Write(file, offset, Garbles ? Garbled(bytes) : bytes);
    }

    public override void Flush(SafeFileHandle file)
    {
        Hear(nameof(Flush));
        base.Flush(file);
    }

    public override void SetModified(SafeFileHandle file, FileTime modified)
    {
        Hear(nameof(SetModified));
        base.SetModified(file, modified);
    }

    public override void SetMode(SafeFileHandle file, UnixFileMode mode)
    {
        Hear(nameof(SetMode));
        base.SetMode(file, mode);
    }

    public override void CopyOwner(SafeFileHandle from, SafeFileHandle to)
    {
        Hear(nameof(CopyOwner));
        base.CopyOwner(from, to);
    }

    public override void CopyAttributes(SafeFileHandle from, SafeFileHandle to, bool ofAccess)
    {
        Hear(nameof(CopyAttributes));
        base.CopyAttributes(from, to, ofAccess);
    }

    public override void SetAttributes(string path, FileAttributes attributes)
    {
        Hear(nameof(SetAttributes));
        base.SetAttributes(path, attributes);
    }

    public override bool Publish(TemporaryFile file, string path, bool replace)
    {
        Hear(nameof(Publish));
        return base.Publish(file, path, replace);
    }

    public override void Delete(string path)
    {
        Hear(nameof(Delete));
        base.Delete(path);
    }

    public override bool Remove(string path, FileStatus known)
    {
        Hear(nameof(Remove));
        return base.Remove(path, known);
    }

    public override void FlushFolder(string folder)
    {
        Hear(nameof(FlushFolder));
        base.FlushFolder(folder);
    }

    private void Hear(string call) => Before?.Invoke(call, Interlocked.Increment(ref _calls));

    private static byte[] Garbled(ReadOnlySpan<byte> bytes)
    {
        var garbled = bytes.ToArray();
        garbled[garbled.Length / 2] ^= 1;
        return garbled;
    }
}
