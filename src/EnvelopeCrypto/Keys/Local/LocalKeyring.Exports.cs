using EnvelopeCrypto.Disk;

namespace EnvelopeCrypto.Keys.Local;

/// <content>What the keyring remembers of exports: enough to see which KEK has no backup yet.</content>
public sealed partial class LocalKeyring
{
    /// <summary>
    /// Remembers that versions of a KEK were exported, after the backup was read back. The backup is good whatever happens here, so a
    /// failure is a warning.
    /// </summary>
    internal void RecordExport(string name, IReadOnlyList<KekVersionInfo> exported, CancellationToken cancellationToken)
    {
        try
        {
            WithGate(() =>
            {
                using var held = _folder.Lock(cancellationToken);
                using var file = _folder.ReadKek(RequireName(name));
                if (file is not null) // removed by another process meanwhile
                    _folder.Replace((TryReadExports(name) ?? KekExports.None(name)).With(
                        exported.Select(version => version.KeyId), Now(), file.Versions.Select(version => version.KeyIdText)));
                return true;
            });
        }
        catch (Exception failure) when (failure is EnvelopeException or OperationCanceledException || DiskFailure.Is(failure))
        {
            var why = failure is EnvelopeException known ? known.Reason : failure.Message;
            Notices?.Warning(
                $"local:{name} was exported, but the keyring could not take note of it, and goes on showing what it knew before: {why}");
        }
    }

    private KekInfo InfoOf(KekFile file) => WithExports(file.Name, file.ToInfo());

    private KekInfo WithExports(string name, KekInfo kek)
    {
        if (TryReadExports(name) is { } exports)
            return exports.Mark(kek);
        Notices?.Warning(
            $"when {kek.Reference} was exported is not known: {Path.GetFileName(_folder.ExportsPath(name))} in the keyring is damaged, "
            + "or not private. The next export writes it again.");
        return kek;
    }

    // Null for a file that cannot be taken at its word: to show no export is the safe mistake.
    private KekExports? TryReadExports(string name)
    {
        try
        {
            return _folder.ReadExports(name) ?? KekExports.None(name);
        }
        catch (EnvelopeException)
        {
            return null;
        }
    }
}
