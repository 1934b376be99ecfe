using EnvelopeCrypto.Disk;
using Microsoft.Win32.SafeHandles;

namespace EnvelopeCrypto.Tests.Support;

/// <summary>This machine's file system, which a test can look into before each call and make fail at any of them.</summary>
internal sealed class ScriptedFileSystem : ObservedFileSystem
{
    private int _calls;

    /// <summary>Whether temporary files have a name at once, as on systems that have none without.</summary>
    public bool Named { get; init; }

    /// <summary>Whether a write that fails leaves half of its bytes, as one that the power ended.</summary>
    public bool Torn { get; init; }

    /// <summary>Whether the disk keeps other bytes than those that were written.</summary>
    public bool Garbles { get; init; }

    /// <summary>Whether it says that a full or lost disk is told of only at flush or close, as a share does.</summary>
    public bool Late { get; init; }

    /// <summary>What an attempt to lock comes to; null for what it really does.</summary>
    public LockState? Locks { get; init; }

    /// <summary>Whether other machines see its locks; null for what is really so.</summary>
    public bool? LocksAreShared { get; init; }

    /// <summary>The step to which it keeps times, in nanoseconds; 0 for one that keeps none, null for what it really does.</summary>
    public long? TimeStep { get; init; }

    /// <summary>What it makes of a time that it cannot hold; null for what it really does.</summary>
    public Func<FileTime, FileTime>? TimeLimits { get; init; }

    /// <summary>Whether it takes a mode and keeps its own, as FAT does.</summary>
    public bool KeepsNoModes { get; init; }

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

    public override TemporaryFile CreateTemporary(Folder folder)
    {
        if (!Named || !OperatingSystem.IsLinux())
            return base.CreateTemporary(folder);
        Hear(nameof(CreateTemporary));
        return ((LinuxFileSystem)Inner).CreateNamedTemporary(folder);
    }

    public override void Write(SafeFileHandle file, long offset, ReadOnlySpan<byte> bytes)
    {
        try
        {
            Hear(nameof(Write));
        }
        catch when (Torn)
        {
            Inner.Write(file, offset, bytes[..(bytes.Length / 2)]);
            throw;
        }
        Inner.Write(file, offset, Garbles ? Garbled(bytes) : bytes);
    }

    public override void SetModified(SafeFileHandle file, FileTime modified, bool keepsWhatItTakes = false)
    {
        modified = TimeLimits?.Invoke(modified) ?? modified;
        if (TimeStep != 0)
            base.SetModified(file, TimeStep is { } step ? TimeSteps.Kept(modified, step) : modified);
    }

    public override void SetMode(SafeFileHandle file, UnixFileMode mode)
    {
        if (!KeepsNoModes)
            base.SetMode(file, mode);
    }

    public override bool TellsLate(SafeFileHandle file) => Late || base.TellsLate(file);

    public override bool ReplacesInSteps(Folder folder) => Late || base.ReplacesInSteps(folder);

    public override bool SharesLocks(SafeFileHandle file) => LocksAreShared ?? base.SharesLocks(file);

    public override LockState TryLock(SafeFileHandle file, bool shared = false) => Locks ?? base.TryLock(file, shared);

    protected override void Hear(string call) => Before?.Invoke(call, Interlocked.Increment(ref _calls));

    private static byte[] Garbled(ReadOnlySpan<byte> bytes)
    {
        var garbled = bytes.ToArray();
        garbled[garbled.Length / 2] ^= 1;
        return garbled;
    }
}
