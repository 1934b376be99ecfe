using EnvelopeCrypto.Disk;
using EnvelopeCrypto.Keys;
using EnvelopeCrypto.Keys.Local;
using EnvelopeCrypto.Tests.Support;

namespace EnvelopeCrypto.Tests.Keys.Local;

/// <summary>What a keyring remembers of exports: never more than happened, and never so much that anything depends on it.</summary>
public sealed class KekExportsTests : IDisposable
{
    private readonly KeyringPlace _place = new();
    private readonly TestTime _time = new();

    private string NotePath => Path.Combine(_place.Folder, "exported.a.json");

    public void Dispose() => _place.Dispose();

    [Fact]
    public void New_KEK_and_one_of_an_older_keyring_were_never_exported()
    {
        var made = _place.Open().Create("a", KekProtection.Unprotected);
        Assert.Null(made.Exported);
        Assert.Null(_place.Open().Get("a").Exported);
        Assert.False(File.Exists(NotePath));
    }

    [Fact]
    public void Export_is_remembered_with_its_time()
    {
        Export(_place.Open(time: _time));
        var kek = Assert.Single(_place.Open().List());
        Assert.Equal(_time.Now, kek.Exported);
        Assert.Equal(_time.Now, kek.Versions.Single().Exported);
        Assert.Equal(["a"], _place.Open().Names());
    }

    [Fact]
    public void Version_that_was_made_after_the_export_has_none()
    {
        var keyring = _place.Open(time: _time);
        Export(keyring);
        var first = _time.Now;
        _time.Advance(TimeSpan.FromDays(1));
        Assert.Null(keyring.Rotate("a").Exported);
        Assert.Equal([first, null], keyring.Get("a").Versions.Select(version => version.Exported));

        Record(keyring);
        Assert.Equal(_time.Now, keyring.Get("a").Exported);
        Assert.All(keyring.Get("a").Versions, version => Assert.Equal(_time.Now, version.Exported));
    }

    [Fact]
    public void KEK_of_the_same_name_does_not_inherit_an_export()
    {
        var keyring = _place.Open(time: _time);
        Export(keyring);
        var note = File.ReadAllText(NotePath);
        keyring.Remove("a");
        Assert.False(File.Exists(NotePath));

        keyring.Create("a", KekProtection.Unprotected);
        _place.Put(NotePath, note);
        Assert.Null(keyring.Get("a").Exported);
        Record(keyring);
        Assert.DoesNotContain(note[note.IndexOf("key_id", StringComparison.Ordinal)..], File.ReadAllText(NotePath), StringComparison.Ordinal);
    }

    [Fact]
    public void KEK_that_comes_back_shows_what_is_known()
    {
        var keyring = _place.Open(time: _time);
        Export(keyring);
        using var backup = keyring.ReadBackup("a");
        Assert.Equal(_time.Now, keyring.Restore(backup).Kek.Exported);
        keyring.Remove("a");
        Assert.Null(keyring.Restore(backup, KekProtection.Unprotected).Kek.Exported);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("""{"format":2,"name":"a","exports":[]}""")]
    [InlineData("""{"format":1,"name":"b","exports":[]}""")]
    [InlineData("""{"format":1,"name":"a","exports":[{"key_id":"AAAAAAAAAAAAAAAAAAAAAA","exported":-1}]}""")]
    [InlineData("""{"format":1,"name":"a","exports":[{"key_id":"AAAA","exported":1}]}""")]
    [InlineData("""{"format":1,"name":"a","exports":[{"key_id":"AAAAAAAAAAAAAAAAAAAAAA","exported":1},{"key_id":"AAAAAAAAAAAAAAAAAAAAAA","exported":1}]}""")]
    [InlineData("""{"format":1,"name":"a","exports":[],"more":1}""")]
    public void Note_that_cannot_be_taken_at_its_word_counts_as_none_and_is_told(string text)
    {
        var notices = new Heard();
        var keyring = _place.OpenToChange(passphrase: null, "unused", notices);
        var kek = keyring.Create("a", KekProtection.Unprotected);
        _place.Put(NotePath, text);
        Assert.Null(keyring.Get("a").Exported);
        Assert.Contains("exported.a.json", Assert.Single(notices.Warnings), StringComparison.Ordinal);

        keyring.RecordExport("a", kek.Versions, CancellationToken.None);
        Assert.NotNull(keyring.Get("a").Exported);
        Assert.Single(notices.Warnings);
    }

    [Fact]
    public void Note_that_cannot_be_written_is_a_warning_and_the_old_one_stays()
    {
        Export(_place.Open(time: _time));
        var before = File.ReadAllText(NotePath);
        var notices = new Heard();
        var files = new ScriptedFileSystem
        {
            Before = (call, _) =>
            {
                if (call == nameof(FileSystem.Flush))
                    throw ScriptedFileSystem.Failure(call);
            },
        };
        Record(new LocalKeyring(_place.Folder, new(), _time, files) { Notices = notices });

        Assert.Contains("local:a was exported", Assert.Single(notices.Warnings), StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllText(NotePath));
        Assert.NotNull(_place.Open().Get("a").Exported);
    }

    [Fact]
    public void Run_that_is_stopped_after_the_export_only_misses_the_note()
    {
        var notices = new Heard();
        var keyring = _place.OpenToChange(passphrase: null, "unused", notices);
        var kek = keyring.Create("a", KekProtection.Unprotected);
        using var other = new FileStream(Path.Combine(_place.Folder, "keyring.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        keyring.RecordExport("a", kek.Versions, new CancellationToken(canceled: true));
        Assert.Single(notices.Warnings);
    }

    [Fact]
    public void Removed_KEK_gets_no_note()
    {
        var keyring = _place.Open(time: _time);
        var kek = keyring.Create("a", KekProtection.Unprotected);
        keyring.Remove("a");
        keyring.RecordExport("a", kek.Versions, CancellationToken.None);
        Assert.False(File.Exists(NotePath));
    }

    private static void Export(LocalKeyring keyring)
    {
        keyring.Create("a", KekProtection.Unprotected);
        Record(keyring);
    }

    private static void Record(LocalKeyring keyring) => keyring.RecordExport("a", keyring.Get("a").Versions, CancellationToken.None);

    private sealed class Heard : INotices
    {
        public List<string> Warnings { get; } = [];

        public void Information(string message)
        {
        }

        public void Warning(string message) => Warnings.Add(message);
    }
}
