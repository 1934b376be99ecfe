using System.Diagnostics;
using System.Runtime.Versioning;
using EnvelopeCrypto.Disk;
using EnvelopeCrypto.Keys;
using EnvelopeCrypto.Keys.Local;
using EnvelopeCrypto.Tests.Support;

namespace EnvelopeCrypto.Tests.Keys.Local;

[UnsupportedOSPlatform("windows")]
public sealed class KeyringPrivacyTests : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode OwnerAll = OwnerOnly | UnixFileMode.UserExecute;

    private readonly KeyringPlace _place = new();

    public KeyringPrivacyTests() => Assert.SkipWhen(OperatingSystem.IsWindows(), "Modes are a matter of Unix.");

    public void Dispose() => _place.Dispose();

    [Fact]
    public void Folders_and_files_are_made_for_their_owner_alone()
    {
        var keyring = _place.Open("passphrase");
        keyring.Create("a", KekProtection.Passphrase);
        keyring.Rotate("a");
        Assert.Equal(OwnerAll, File.GetUnixFileMode(_place.Home));
        Assert.Equal(OwnerAll, File.GetUnixFileMode(_place.Folder));
        foreach (var file in Directory.GetFiles(_place.Folder))
            Assert.Equal(OwnerOnly, File.GetUnixFileMode(file));
        Assert.True(File.Exists(_place.KekPath("a")));
        Assert.True(File.Exists(_place.KeyringPath));
    }

    // The look before it was at another file, when somebody who can write a folder above exchanges the keyring's.
    [Fact]
    public void A_file_that_became_anothers_before_it_was_opened_is_refused()
    {
        _place.Open().Create("a", KekProtection.Unprotected);
        var files = new ScriptedFileSystem
        {
            Before = (call, _) =>
            {
                if (call == nameof(FileSystem.OpenRead))
                    KeyringPlace.Chmod(_place.KekPath("a"), OwnerOnly | UnixFileMode.OtherWrite);
            },
        };
        Refused.As(EnvelopeError.KeyringNotPrivate, () => _place.Open(files: files).Get("a"));
    }

    [Theory]
    [InlineData(UnixFileMode.GroupRead)]
    [InlineData(UnixFileMode.GroupWrite)]
    [InlineData(UnixFileMode.OtherRead)]
    [InlineData(UnixFileMode.OtherWrite)]
    [InlineData(UnixFileMode.OtherExecute)]
    public void A_folder_that_others_can_use_is_refused(UnixFileMode others)
    {
        var keyring = _place.Open();
        keyring.Create("a", KekProtection.Unprotected);
        File.SetUnixFileMode(_place.Folder, OwnerAll | others);
        RequireNotPrivate(() => keyring.Get("a"), _place.Folder, $"chmod 700 '{_place.Folder}'");
        RequireNotPrivate(() => keyring.List(), _place.Folder, $"chmod 700 '{_place.Folder}'");
        RequireNotPrivate(() => keyring.Create("b", KekProtection.Unprotected), _place.Folder, $"chmod 700 '{_place.Folder}'");
        Assert.Equal(OwnerAll | others, File.GetUnixFileMode(_place.Folder));

        File.SetUnixFileMode(_place.Folder, OwnerAll);
        keyring.Get("a");
    }

    [Fact]
    public void Where_no_modes_are_kept_the_way_out_is_another_folder_or_mount()
    {
        using var disk = new CaselessDisk();
        using var passphrases = new KekPassphrases();
        using var keyring = new LocalKeyring(disk["keyring"], passphrases);
        var failure = Assert.Throws<EnvelopeException>(() => keyring.Create("a", KekProtection.Unprotected));
        Assert.Equal(EnvelopeError.KeyringNotPrivate, failure.Error);
        Assert.Contains(KeyringLocation.Variable, failure.Reason, StringComparison.Ordinal);
        Assert.Contains("umask=077", failure.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(UnixFileMode.GroupRead)]
    [InlineData(UnixFileMode.OtherWrite)]
    public void A_file_that_others_can_use_is_refused(UnixFileMode others)
    {
        var keyring = _place.Open();
        keyring.Create("a", KekProtection.Unprotected);
        keyring.Create("b", KekProtection.Unprotected);
        File.SetUnixFileMode(_place.KekPath("a"), OwnerOnly | others);
        RequireNotPrivate(() => keyring.Rotate("a"), _place.KekPath("a"), $"chmod 600 '{_place.KekPath("a")}'");
        keyring.Get("b");
    }

    [Fact]
    public void A_keyring_file_that_others_can_use_is_refused()
    {
        _place.Put(_place.KeyringPath, KnownKeyring.Keyring);
        File.SetUnixFileMode(_place.KeyringPath, OwnerOnly | UnixFileMode.OtherRead);
        RequireNotPrivate(() => _place.Open("passphrase").Unlock(), _place.KeyringPath, $"chmod 600 '{_place.KeyringPath}'");
    }

    [Fact]
    public void A_link_is_judged_by_what_it_leads_to()
    {
        var keyring = _place.Open();
        keyring.Create("a", KekProtection.Unprotected);
        var elsewhere = Path.Combine(_place.Home, "elsewhere.json");
        File.Move(_place.KekPath("a"), elsewhere);
        File.CreateSymbolicLink(_place.KekPath("a"), elsewhere);
        keyring.Get("a");
        File.SetUnixFileMode(elsewhere, OwnerOnly | UnixFileMode.GroupRead);
        RequireNotPrivate(() => keyring.Get("a"), _place.KekPath("a"), $"chmod 600 '{_place.KekPath("a")}'");
    }

    [Fact]
    public void A_keyring_that_belongs_to_another_user_is_refused()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.UserName == "root", "Only root can give a file away.");
        var keyring = _place.Open();
        keyring.Create("a", KekProtection.Unprotected);
        using (var process = Process.Start("chown", ["12345", _place.KekPath("a")]))
            process.WaitForExit();
        var failure = Assert.Throws<EnvelopeException>(() => keyring.Get("a"));
        Assert.Equal(EnvelopeError.KeyringNotPrivate, failure.Error);
    }

    [Theory]
    [InlineData("/home/a b/x", "'/home/a b/x'")]
    [InlineData("/it's", "'/it'\\''s'")]
    [InlineData("/$(x)`y`", "'/$(x)`y`'")]
    public void A_path_is_one_word_in_the_command(string path, string word) => Assert.Equal(word, KeyringPrivacy.ShellQuoted(path));

    private static void RequireNotPrivate(Func<object?> action, string path, string command)
    {
        var failure = Assert.Throws<EnvelopeException>(action);
        Assert.Equal(EnvelopeError.KeyringNotPrivate, failure.Error);
        Assert.Equal(path, failure.Path);
        Assert.EndsWith(command, failure.Reason, StringComparison.Ordinal);
    }
}
