using EnvelopeCrypto.Disk;
using EnvelopeCrypto.Format;
using EnvelopeCrypto.Keys.Pairs;
using EnvelopeCrypto.Primitives;

namespace EnvelopeCrypto.Keys.Local;

/// <content>Key pairs: their public halves are plain in the keyring, so that wrapping and listing need no passphrase.</content>
public sealed partial class LocalKeyring
{
    /// <summary>Loads the adapter that knows X-Wing; null for none.</summary>
    internal Func<IKeyEncapsulation>? KeyPairs { get; init; }

    /// <summary>Makes a key pair with its first version.</summary>
    /// <param name="name">Its name, without <c>local:</c>.</param>
    /// <param name="protection">Of the private half; null: <see cref="DefaultProtection"/>.</param>
    /// <param name="cancellationToken">Ends the wait for another process.</param>
    /// <exception cref="EnvelopeException">KekExists, KekProviderMissing.</exception>
    internal KekInfo CreateKeyPair(string name, KekProtection? protection, CancellationToken cancellationToken) =>
        Create(name, protection, isKeyPair: true, cancellationToken);

    /// <summary>
    /// What recipients of a KEK are told by: <c>local:NAME</c>, or for a key pair <c>pub:sha256:HEX</c> of each version, that which wraps
    /// first.
    /// </summary>
    /// <exception cref="EnvelopeException">KeyringDamaged, KeyringNotPrivate and the like; none when the KEK does not exist.</exception>
    internal IReadOnlyList<string> IdentitiesOf(string name)
    {
        using var file = _folder.ReadKek(RequireName(name));
        return file is { IsKeyPair: true }
            ? [file.Current.PairKid!, .. file.Versions.Where(version => version != file.Current).Select(version => version.PairKid!)]
            : [$"local:{name}"];
    }

    /// <summary>The public half of the version that wraps now. Needs no passphrase.</summary>
    /// <exception cref="EnvelopeException">KekNotFound; KekUnsuitable when it is not a key pair.</exception>
    internal (KekInfo Kek, byte[] PublicHalf) ReadPublicHalf(string name) => WithGate(() =>
    {
        using var file = Read(name);
        if (file.Current.PublicHalf is not { } publicHalf)
        {
            throw new EnvelopeException(
                EnvelopeError.KekUnsuitable, $"{file.Reference} is a symmetric KEK, which has no public half; a new key pair has.");
        }
        OpenPublicHalf(file, file.Current);
        return (file.ToInfo(), publicHalf);
    });

    /// <summary>The public half that a key pair's kid stands for, ready to wrap. Needs no passphrase.</summary>
    /// <exception cref="EnvelopeException">PrivateKeyMissing, with the failure of a file that could not be read.</exception>
    internal IPublicHalf OpenPublicHalf(string kid) => WithGate(() => OfSoundPair(kid, OpenPublicHalf));

    /// <summary>The private half of a key pair, which the caller disposes.</summary>
    /// <param name="kid"><c>pub:sha256:HEX</c>.</param>
    /// <exception cref="EnvelopeException">PrivateKeyMissing; KeyringDamaged when the two halves do not fit.</exception>
    internal IPrivateHalf OpenPrivateHalf(string kid) => WithGate(() => OfSoundPair(kid, OpenPrivateHalf));

    // A damaged file, or one that only claims the public half, hides no sound one.
    private T OfSoundPair<T>(string kid, Func<KekFile, KekFileVersion, T> open)
    {
        EnvelopeException? damaged = null;
        foreach (var found in FindPairs(kid))
        {
            using var file = found;
            try
            {
                return open(file, VersionOfPair(file, kid));
            }
            catch (EnvelopeException failure) when (failure.Error == EnvelopeError.KeyringDamaged)
            {
                damaged ??= failure;
            }
        }
        throw damaged!; // without any file, it was said that there is none
    }

    // Nothing is encrypted to, or given away, that the private half beside it would not open. Where that is under a passphrase, which no
    // one is asked for here, the key id, which is the hash of the public half, and the seal, which is bound to it, say the same.
    private IPublicHalf OpenPublicHalf(KekFile file, KekFileVersion version)
    {
        try
        {
            if (file.Protection == KekProtection.Unprotected)
                OpenPrivateHalf(file, version).Dispose();
            return KeyEncapsulation.Require(KeyPairs).OpenPublicHalf(version.PublicHalf);
        }
        catch (EnvelopeException failure) when (failure.Error == EnvelopeError.PublicKeyInvalid)
        {
            throw KeyringFailure.Damaged(
                _folder.KekPath(file.Name), $"has a version {version} that cannot serve: {failure.Reason.TrimEnd('.')}");
        }
    }

    private IPrivateHalf OpenPrivateHalf(KekFile file, KekFileVersion version)
    {
        using var seed = _guard.Open(file, version);
        var half = KeyEncapsulation.Require(KeyPairs).OpenPrivateHalf(seed.Span);
        if (half.PublicHalf.SequenceEqual(version.PublicHalf))
            return half;
        half.Dispose();
        throw HalvesDoNotFit(file, version);
    }

    /// <summary>The KEK that has a key pair's private half, <c>local:NAME</c>, as far as can be read; else null.</summary>
    internal string? TryNamePair(string kid)
    {
        try
        {
            using var file = FindPair(kid);
            return file.Reference;
        }
        catch (EnvelopeException)
        {
            return null;
        }
    }

    /// <summary>Whether a key pair's private half is here and opens without asking anybody.</summary>
    internal bool OpensUnasked(string kid) => WithGate(() =>
    {
        try
        {
            using var file = FindPair(kid);
            return file.Protection != KekProtection.Passphrase || _unlock.NeedsNoPrompt;
        }
        catch (EnvelopeException)
        {
            return false;
        }
    });

    /// <summary>That a key pair is in the keyring on the disk. Needs no passphrase.</summary>
    /// <param name="kid"><c>pub:sha256:HEX</c>.</param>
    /// <param name="seen">What an earlier call gave: the KEK's file is read again only when it changed since.</param>
    /// <exception cref="EnvelopeException">PrivateKeyMissing.</exception>
    internal (string Name, FileStatus Status) RequirePair(string kid, (string Name, FileStatus Status)? seen)
    {
        if (seen is { } before && _folder.StatusOfKek(before.Name) is { } now && before.Status.IsUnchangedSince(now))
            return before;
        using var file = FindPair(kid);
        return (file.Name, _folder.StatusOfKek(file.Name) ?? throw PrivateHalfMissing(unread: null));
    }

    private KekFile FindPair(string kid) => FindPairs(kid).First();

    // One at least. A file that cannot be read may be the one that has it, so why is said when no other has.
    private IEnumerable<KekFile> FindPairs(string kid)
    {
        EnvelopeException? unread = null;
        var any = false;
        foreach (var name in _folder.Names())
        {
            KekFile? file = null;
            try
            {
                file = _folder.ReadKek(name);
            }
            catch (EnvelopeException failure)
            {
                unread ??= failure;
            }
            if (file is { IsKeyPair: true } && file.Versions.Any(version => version.PairKid == kid))
            {
                any = true;
                yield return file;
            }
            else
            {
                file?.Dispose();
            }
        }
        if (!any)
            throw PrivateHalfMissing(unread);
    }

    private static EnvelopeException PrivateHalfMissing(EnvelopeException? unread) => new(
        EnvelopeError.PrivateKeyMissing,
        "the key pair's private half is not in this keyring." + (unread is null ? "" : $" Not read: {unread.Reason}"),
        unread);

    private static KekFileVersion VersionOfPair(KekFile file, string kid) => file.Versions.First(version => version.PairKid == kid);

    private byte[] PublicHalfOf(SecretBytes seed)
    {
        using var half = KeyEncapsulation.Require(KeyPairs).OpenPrivateHalf(seed.Span);
        return half.PublicHalf.ToArray();
    }

    // Anyone who can make a backup could put another public half beside a seed, and read what is wrapped from then on.
    private void RequireHalvesFit(KekFile backup, Func<KekFileVersion, EnvelopeException> failure)
    {
        foreach (var version in backup.Versions.Where(version => version.PublicHalf is not null))
        {
            if (!PublicHalfOf(version.Key).AsSpan().SequenceEqual(version.PublicHalf))
                throw failure(version);
        }
    }

    private EnvelopeException HalvesDoNotFit(KekFile file, KekFileVersion version) =>
        KeyringFailure.Damaged(_folder.KekPath(file.Name), $"has a version {version} whose private half does not fit its public one");
}
