using EnvelopeCrypto.Files;
using EnvelopeCrypto.Format;
using EnvelopeCrypto.Keys;
using EnvelopeCrypto.Keys.Local;
using EnvelopeCrypto.Tests.Support;

namespace EnvelopeCrypto.Tests;

/// <summary>The way in for .NET programs.</summary>
public sealed class EnvelopeTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_file_is_encrypted_rewrapped_and_decrypted()
    {
        using var envelope = Open();
        envelope.Keyring.Create("backup", KekProtection.Unprotected);
        envelope.Keyring.Create("other", KekProtection.Unprotected);
        var source = _folder.Write("db.sql", "content"u8);
        var cancel = TestContext.Current.CancellationToken;

        var made = await envelope.EncryptAsync(source, _folder["db.sql.evc"], ["local:backup"], cancel);
        Assert.Equal(FileOutcome.Protected, made.Status);
        Assert.Equal(["local:backup"], (await Envelope.InspectAsync(_folder["db.sql.evc"], cancel)).Kek);

        await envelope.RewrapAsync(_folder["db.sql.evc"], ["local:other"], cancel);
        Assert.Equal(["local:other"], (await Envelope.InspectAsync(_folder["db.sql.evc"], cancel)).Kek);
        Assert.True((await envelope.VerifyAsync(_folder["db.sql.evc"], cancellationToken: cancel)).Valid);

        await envelope.DecryptAsync(_folder["db.sql.evc"], _folder["restored.sql"], cancellationToken: cancel);
        Assert.Equal("content", await File.ReadAllTextAsync(_folder["restored.sql"], cancel));
    }

    [Fact]
    public async Task What_goes_wrong_has_an_id()
    {
        using var envelope = Open();
        var failure = await Assert.ThrowsAsync<EnvelopeException>(
            () => envelope.EncryptAsync(_folder["missing"], _folder["x"], ["local:none"], TestContext.Current.CancellationToken));
        Assert.Equal(EnvelopeError.SourceNotFound, failure.Error);
        failure = await Assert.ThrowsAsync<EnvelopeException>(
            () => envelope.EncryptAsync(_folder.Write("a", "1"u8), _folder["x"], ["local:none"], TestContext.Current.CancellationToken));
        Assert.Equal(EnvelopeError.KekNotFound, failure.Error);
    }

    [Fact]
    public async Task An_existing_file_is_replaced_only_where_that_is_wanted()
    {
        using var envelope = Open();
        envelope.Keyring.Create("backup", KekProtection.Unprotected);
        var (source, there) = (_folder.Write("a", "1"u8), _folder.Write("there", "2"u8));
        var cancel = TestContext.Current.CancellationToken;
        var failure = await Assert.ThrowsAsync<EnvelopeException>(() => envelope.EncryptAsync(source, there, ["local:backup"], cancel));
        Assert.Equal(EnvelopeError.DestinationExists, failure.Error);
        var options = new ProtectOptions { Keks = [KekReference.Parse("local:backup")], Force = true };
        Assert.Equal(FileOutcome.Protected, (await envelope.EncryptAsync(source, there, options, cancel)).Status);
        Assert.Equal(EnvelopeType.File, (await Envelope.InspectAsync(there, cancel)).Type);
    }

    // The page and the class show the lines of the method below, which the compiler reads.
    [Fact]
    public void The_five_lines_of_its_page_compile()
    {
        var root = ProjectFolder.Root();
        Assert.SkipWhen(root is null, "The project's folder is not above the tests.");
        string Text(params string[] path) => File.ReadAllText(Path.Combine([root, .. path])).ReplaceLineEndings("\n");

        var page = Text("src", "EnvelopeCrypto", "README.md").Split("```")[1]["csharp\n".Length..];
        var lines = page.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(5, lines.Length);
        Assert.Contains(string.Concat(lines.Select(line => $"        {line}\n")), Text("tests", "EnvelopeCrypto.Tests", "EnvelopeTests.cs"), StringComparison.Ordinal);
        Assert.Contains(string.Concat(lines.Select(line => $"/// {line}\n")), Text("src", "EnvelopeCrypto", "Envelope.cs"), StringComparison.Ordinal);
    }

    private static async Task CompilesAsync()
    {
        using var envelope = new Envelope();
        envelope.Keyring.Create("backup");
        await envelope.EncryptAsync("db.sql", "db.sql.evc", ["local:backup"]);
        await envelope.RewrapAsync("db.sql.evc", ["local:backup", "x509:offline.pem"]);
        await envelope.DecryptAsync("db.sql.evc", "restored.sql");
    }

    private Envelope Open() => new(home: _folder["home"]);
}
