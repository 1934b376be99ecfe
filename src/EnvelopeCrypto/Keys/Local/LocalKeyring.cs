using System.Security.Cryptography;
using EnvelopeCrypto.Body;
using EnvelopeCrypto.Disk;
using EnvelopeCrypto.Format;
using EnvelopeCrypto.Keys.Pairs;
using EnvelopeCrypto.Primitives;

namespace EnvelopeCrypto.Keys.Local;

/// <summary>
/// The local store of KEKs: one file per KEK, in a folder that only its owner may use. For any thread; other processes may use the
/// same folder at the same time. The keyring key is derived once, when it is first needed, and kept until
/// <see cref="Dispose"/>.
/// </summary>
/// <remarks>
/// Every method can fail with KeyringNotPrivate, KeyringDamaged or SourceUnreadable; those that change something also with
/// KeyringBusy, OutputFailed or DiskFull; those that need a key also with KeyringPassphraseWrong, PassphraseRequired,
/// PassphraseInvalid, PromptRequired or KekProtectionUnavailable. A name that is none is KekReferenceInvalid.
/// </remarks>
public sealed partial class LocalKeyring : IDisposable
{
    private static readonly RandomSource Random = RandomNumberGenerator.Fill;

    private readonly object _gate = new();
    private readonly KeyringFolder _folder;
    private readonly KeyringUnlock _unlock;
    private readonly KekProtector _guard;
    private readonly KekPassphrases _passphrases;
    private readonly TimeProvider _time;
    private bool _disposed;

    /// <param name="folder">The keyring's folder: see <see cref="KeyringLocation"/>. It is made when something is written.</param>
    /// <param name="passphrases">Where the keyring's passphrase comes from; lives longer than the keyring.</param>
    /// <param name="time">For the times of creation.</param>
    public LocalKeyring(string folder, KekPassphrases passphrases, TimeProvider? time = null)
        : this(folder, passphrases, time, FileSystem.Default)
    {
    }

    internal LocalKeyring(string folder, KekPassphrases passphrases, TimeProvider? time, FileSystem files)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentNullException.ThrowIfNull(passphrases);
        _time = time ?? TimeProvider.System;
        _folder = new KeyringFolder(folder, files, _time);
        _passphrases = passphrases;
        _unlock = new KeyringUnlock(_folder, passphrases.Keyring, Random) { Warn = message => Notices?.Warning(message) };
        _guard = new KekProtector(_folder, _unlock, Random);
    }

    /// <summary>Hears that a new passphrase is easily guessed; null for no one.</summary>
    internal INotices? Notices { get; init; }

    /// <summary>The protection of a new KEK when none is named: DPAPI for the user on Windows, else the keyring's passphrase.</summary>
    public static KekProtection DefaultProtection => OperatingSystem.IsWindows() ? KekProtection.Dpapi : KekProtection.Passphrase;

    /// <summary>The keyring's folder, a full path.</summary>
    public string Folder => _folder.Path;

    /// <summary>The names of all KEKs, sorted; damaged ones too.</summary>
    public IReadOnlyList<string> Names() => _folder.Names();

    /// <summary>All KEKs, sorted by name. Needs no passphrase. One that is damaged fails the whole; see <see cref="Names"/>.</summary>
    public IReadOnlyList<KekInfo> List()
    {
        var keks = new List<KekInfo>();
        foreach (var name in _folder.Names())
        {
            using var file = _folder.ReadKek(name);
            if (file is not null)
                keks.Add(InfoOf(file));
        }
        return keks;
    }

    /// <summary>One KEK. Needs no passphrase.</summary>
    /// <exception cref="EnvelopeException">KekNotFound.</exception>
    public KekInfo Get(string name)
    {
        using var file = Read(name);
        return InfoOf(file);
    }

    /// <summary>Looks whether a name is still free.</summary>
    /// <exception cref="EnvelopeException">KekExists.</exception>
    internal void RequireNew(string name)
    {
        if (_folder.Has(RequireName(name)))
            throw Exists(name);
    }

    /// <summary>Makes a KEK with its first version.</summary>
    /// <param name="name">Its name, without <c>local:</c>.</param>
    /// <param name="protection">Null: <see cref="DefaultProtection"/>.</param>
    /// <param name="cancellationToken">Ends the wait for another process.</param>
    /// <exception cref="EnvelopeException">KekExists.</exception>
    public KekInfo Create(string name, KekProtection? protection = null, CancellationToken cancellationToken = default) =>
        Create(name, protection, isKeyPair: false, cancellationToken);

    /// <summary>Gives a KEK a new version, under the KEK's own protection, which wraps from now on. The old ones stay.</summary>
    /// <exception cref="EnvelopeException">KekNotFound.</exception>
    public KekInfo Rotate(string name, CancellationToken cancellationToken = default) => WithGate(() =>
    {
        PrepareFor(name);
        using var held = _folder.Lock(cancellationToken);
        using var file = Read(name);
        _guard.RequireOpens(file);
        var last = file.Versions[^1].Version;
        if (last == KekFileVersion.MaxVersion)
            throw new EnvelopeException(EnvelopeError.OutputFailed, $"{file.Reference} has used up its version numbers; make a new KEK.");
        file.Add(NewVersion(name, last + 1, file.Protection!.Value, file.IsKeyPair), asCurrent: true);
        _folder.Replace(file);
        return InfoOf(file);
    });

    /// <summary>Removes a KEK with all its versions. What only they open is lost, unless a backup exists.</summary>
    /// <exception cref="EnvelopeException">KekNotFound.</exception>
    internal KekRemoval Remove(string name, CancellationToken cancellationToken = default) => WithGate(() =>
    {
        Get(name); // before a folder is made for the lock
        using var held = _folder.Lock(cancellationToken);
        var info = Get(name);
        _folder.Remove(name);
        return new KekRemoval(info.Reference, info.Versions);
    });

    /// <summary>A KEK with all its keys, for an export. The caller disposes it.</summary>
    /// <exception cref="EnvelopeException">KekNotFound.</exception>
    internal KekBackup ReadBackup(string name) => WithGate(() =>
    {
        using var file = Read(name);
        var backup = new KekBackup(file.Convert(protection: null, version => _guard.Open(file, version)));
        try
        {
            RequireHalvesFit(backup.File, version => HalvesDoNotFit(file, version));
            return backup;
        }
        catch
        {
            backup.Dispose();
            throw;
        }
    });

    /// <summary>
    /// Brings a backup back. A KEK that is not there is made, with the version that the backup has as current. To one that is
    /// there, unknown versions are added, and its current version stays: an imported version never silently becomes the newest.
    /// </summary>
    /// <param name="backup">Stays the caller's.</param>
    /// <param name="protection">For a new KEK; null: <see cref="DefaultProtection"/>. A KEK that is there keeps its own.</param>
    /// <param name="cancellationToken">Ends the wait for another process.</param>
    /// <exception cref="EnvelopeException">
    /// KekExists when the same key id stands for another key here, or the KEK that is there has another protection than the one named.
    /// </exception>
    internal KekRestoration Restore(KekBackup backup, KekProtection? protection = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(backup);
        var chosen = protection is null ? protection : Chosen(protection);
        RequireHalvesFit(
            backup.File, version => CanonicalJson.Invalid(
                "KEK backup", $"has a version {version} whose private half does not fit its public one"));
        var restored = WithGate(() => new BackupRestore(_folder, _guard).Run(backup.File, chosen, cancellationToken));
        return restored with { Kek = WithExports(backup.Name, restored.Kek) };
    }

    /// <summary>Asks for the passphrase, if need be, and derives the keyring key now.</summary>
    /// <returns>False when no passphrase protects this keyring, so that there was nothing to unlock.</returns>
    public bool Unlock() => WithGate(_unlock.TryUnlock);

    /// <summary>
    /// Puts the keyring under <see cref="KekPassphrases.NewKeyring"/>. The keyring key stays, and so do the KEKs' files. Needs the old
    /// passphrase, where there is one. Where it was cut off, the keyring opens with the old one or with the new.
    /// </summary>
    /// <param name="keks">Names of KEKs that are to come under the passphrase, whatever protects them now.</param>
    /// <param name="cancellationToken">Ends the wait for another process.</param>
    /// <exception cref="EnvelopeException">KekNotFound.</exception>
    internal NewKeyringPassphrase ChangePassphrase(IReadOnlyCollection<string> keks, CancellationToken cancellationToken = default) =>
        WithGate(() =>
        new KeyringPassphraseChange(_folder, _unlock, _guard, _passphrases.NewKeyring)
            .Run([.. keks.Select(RequireName).Distinct(StringComparer.Ordinal)], cancellationToken));

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            _unlock.Dispose();
        }
    }

    /// <summary>
    /// The version that wraps now, and its key, which the caller disposes; of a key pair the public half, which needs no key.
    /// </summary>
    /// <exception cref="EnvelopeException">KekNotFound; KekProviderMissing for a key pair.</exception>
    internal (string Kid, SecretBytes? Key, IPublicHalf? PublicHalf) OpenCurrent(string name) =>
        WithGate<(string, SecretBytes?, IPublicHalf?)>(() =>
    {
        using var file = Read(name);
        return file.Current.PairKid is { } kid
            ? (kid, null, OpenPublicHalf(file, file.Current))
            : (file.Current.KidOf(name), _guard.Open(file, file.Current), null);
    });

    /// <summary>The key of the version that a recipient names, which the caller disposes.</summary>
    /// <exception cref="EnvelopeException">
    /// KekNotFound, KekVersionNotFound; KekUnsuitable for a key pair, whose seed is no such key.
    /// </exception>
    internal SecretBytes OpenVersion(string kid) => WithGate(() =>
    {
        using var file = Read(NameOf(kid));
        return _guard.Open(file, VersionOf(file, kid));
    });

    /// <summary>That the version which a recipient names is in the keyring on the disk. Needs no passphrase.</summary>
    /// <param name="kid">The version's identity.</param>
    /// <param name="seen">What an earlier call gave: the KEK's file is read again only when it changed since.</param>
    /// <exception cref="EnvelopeException">KekNotFound, KekVersionNotFound.</exception>
    internal FileStatus RequireVersion(string kid, FileStatus? seen)
    {
        var name = NameOf(kid);
        var status = _folder.StatusOfKek(name) ?? throw KekMissing.Kek(name, _folder);
        if (seen is { } before && status.IsUnchangedSince(before))
            return status;
        using var file = Read(name);
        VersionOf(file, kid);
        return status;
    }

    private static KekProtection Chosen(KekProtection? protection)
    {
        var chosen = protection ?? DefaultProtection;
        return Enum.IsDefined(chosen) ? chosen : throw new ArgumentOutOfRangeException(nameof(protection));
    }

    private static string NameOf(string kid) => RecipientGrammar.LocalKid().Match(kid).Groups["name"].Value;

    private static KekFileVersion VersionOf(KekFile file, string kid) => file.IsKeyPair
        ? throw new EnvelopeException(
            EnvelopeError.KekUnsuitable, $"{file.Reference} is a key pair here, where the recipient is of a symmetric KEK of that name.")
        : file.Versions.FirstOrDefault(version => version.KidOf(file.Name) == kid) ?? throw KekMissing.Version(file, kid);

    private static string RequireName(string name) => KekReference.Local(name).Id;

    private T WithGate<T>(Func<T> action)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return action();
        }
    }

    private KekFile Read(string name) => _folder.ReadKek(RequireName(name)) ?? throw KekMissing.Kek(name, _folder);

    private void PrepareFor(string name)
    {
        using var file = Read(name);
        _guard.Prepare(file.Protection!.Value);
    }

    private KekInfo Create(string name, KekProtection? protection, bool isKeyPair, CancellationToken cancellationToken)
    {
        RequireNew(name);
        var chosen = Chosen(protection);
        return WithGate(() =>
        {
            _guard.Prepare(chosen);
            using var held = _folder.Lock(cancellationToken);
            RequireNew(name);
            using var file = KekFile.New(name, chosen, NewVersion(name, 1, chosen, isKeyPair));
            _folder.WriteNew(file);
            return file.ToInfo();
        });
    }

    private KekFileVersion NewVersion(string name, int number, KekProtection protection, bool isKeyPair)
    {
        // For a key pair the seed of the private half, which has the same length.
        using var key = SecretBytes.Random(Cobblestone.KeySize, Random);
        var publicHalf = isKeyPair ? PublicHalfOf(key) : null;
        var keyId = publicHalf is null ? RandomNumberGenerator.GetBytes(RecipientGrammar.KeyIdSize) : KeyPairFormat.KeyIdOf(publicHalf);
        var binding = KekFileVersion.BindingOf(RecipientGrammar.LocalKidOf(name, number, keyId), publicHalf);
        return new KekFileVersion(number, keyId, Now(), _guard.Seal(protection, binding, key)) { PublicHalf = publicHalf };
    }

    // Readers refuse a file with another time, and the KEK would be lost.
    private long Now() => _time.GetUtcNow() is var now && now >= DateTimeOffset.UnixEpoch
        ? now.ToUnixTimeSeconds()
        : throw new EnvelopeException(
            EnvelopeError.ClockSkewed, $"this machine's clock says {now:yyyy-MM-dd}, and a KEK has no date before 1970; set it.");

    private static EnvelopeException Exists(string name) => new(
        EnvelopeError.KekExists, $"local:{name} is in the keyring already.");
}
