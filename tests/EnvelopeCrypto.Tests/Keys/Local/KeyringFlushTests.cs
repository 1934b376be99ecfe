using EnvelopeCrypto.Disk;
using EnvelopeCrypto.Keys.Local;
using EnvelopeCrypto.Tests.Support;

namespace EnvelopeCrypto.Tests.Keys.Local;

/// <summary>What the keyring does is on the disk, names too, before it counts.</summary>
public sealed class KeyringFlushTests : IDisposable
{
    private readonly KeyringPlace _place = new();

    public void Dispose() => _place.Dispose();

    [Fact]
    public void Kek_is_made_only_in_a_folder_whose_own_name_is_on_the_disk()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows does that by itself.");
        Refused.As(EnvelopeError.OutputFailed, () => _place.Open(files: Failing()).Create("a", KekProtection.Unprotected));
        Assert.Empty(_place.Open().Names());
    }

    [Fact]
    public void Removal_that_the_disk_does_not_confirm_is_told()
    {
        _place.Open().Create("a", KekProtection.Unprotected);
        var failure = Refused.As(EnvelopeError.OutputFailed, () => _place.Open(files: Failing()).Remove("a"));
        Assert.Equal(_place.KekPath("a"), failure.Path);
        Assert.Empty(_place.Open().Names());
    }

    private static ScriptedFileSystem Failing() => new()
    {
        Before = (call, _) =>
        {
            if (call == nameof(FileSystem.FlushFolder))
                throw ScriptedFileSystem.Failure(call);
        },
    };
}
