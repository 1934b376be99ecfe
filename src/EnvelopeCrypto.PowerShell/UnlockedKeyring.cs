using EnvelopeCrypto.Keys;
using EnvelopeCrypto.Keys.Local;

namespace EnvelopeCrypto.PowerShell;

/// <summary>
/// The keyring that Unlock-EnvelopeKeyring keeps open for the process, in all of its runspaces. A pipeline borrows it; when it is
/// locked meanwhile, its key is zeroed as soon as the last of them has ended.
/// </summary>
internal static class UnlockedKeyring
{
    private static readonly object Gate = new();
    private static Entry? _current;

    /// <summary>Keeps a keyring whose key is in memory. Both become this class's own.</summary>
    /// <param name="keyring">The keyring.</param>
    /// <param name="passphrases">Its passphrases.</param>
    /// <param name="timeout">After which it is locked; null for when the process ends.</param>
    public static void Keep(LocalKeyring keyring, KekPassphrases passphrases, TimeSpan? timeout)
    {
        var entry = new Entry(keyring, passphrases);
        lock (Gate)
        {
            Drop();
            _current = entry;
            if (timeout is { } wait)
                entry.Timer = new Timer(_ => LockIf(entry), state: null, wait, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>The keyring of a folder, if it is kept open; the borrower disposes the loan.</summary>
    public static Loan? Borrow(string folder)
    {
        lock (Gate)
        {
            if (_current is null || _current.Keyring.Folder != folder)
                return null;
            _current.Borrowers++;
            return new Loan(_current);
        }
    }

    /// <summary>Locks it; false when none was open.</summary>
    public static bool Lock()
    {
        lock (Gate)
        {
            var wasOpen = _current is not null;
            Drop();
            return wasOpen;
        }
    }

    /// <summary>Locks the keyring of a folder, whose passphrase is another now.</summary>
    public static void Lock(string folder)
    {
        lock (Gate)
        {
            if (_current?.Keyring.Folder == folder)
                Drop();
        }
    }

    private static void LockIf(Entry entry)
    {
        lock (Gate)
        {
            if (ReferenceEquals(_current, entry))
                Drop();
        }
    }

    private static void Drop()
    {
        if (_current is not { } entry)
            return;
        _current = null;
        entry.Timer?.Dispose();
        entry.IsDropped = true;
        entry.DisposeIfUnused();
    }

    /// <summary>The use of the open keyring by one pipeline.</summary>
    internal sealed class Loan(Entry entry) : IDisposable
    {
        public LocalKeyring Keyring => entry.Keyring;

        public void Dispose()
        {
            lock (Gate)
            {
                entry.Borrowers--;
                entry.DisposeIfUnused();
            }
        }
    }

    internal sealed class Entry(LocalKeyring keyring, KekPassphrases passphrases)
    {
        public LocalKeyring Keyring => keyring;

        public Timer? Timer { get; set; }

        public int Borrowers { get; set; }

        public bool IsDropped { get; set; }

        public void DisposeIfUnused()
        {
            if (!IsDropped || Borrowers > 0)
                return;
            keyring.Dispose();
            passphrases.Dispose();
        }
    }
}
