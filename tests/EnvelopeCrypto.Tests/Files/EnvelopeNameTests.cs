using EnvelopeCrypto.Files;
using EnvelopeCrypto.Tests.Support;

namespace EnvelopeCrypto.Tests.Files;

public class EnvelopeNameTests
{
    [Theory]
    [InlineData("x.sql", "x.sql.evc")]
    [InlineData("folder.evc/x", "folder.evc/x.evc")]
    public void Envelope_has_the_extension_added(string plaintext, string envelope)
    {
        Assert.Equal(envelope, EnvelopeName.ForEnvelope(plaintext));
        Assert.Equal(plaintext, EnvelopeName.ForPlaintext(envelope));
    }

    [Fact]
    public void Extension_is_known_in_any_case() => Assert.Equal("X.SQL", EnvelopeName.ForPlaintext("X.SQL.EVC"));

    [Theory]
    [InlineData("x.sql")]
    [InlineData(".evc")]
    [InlineData("folder/.evc")]
    [InlineData("folder.evc/x")]
    [InlineData("evc")]
    public void Name_without_the_extension_gives_none_for_the_plaintext(string envelope)
    {
        var failure = Refused.As(EnvelopeError.DestinationRequired, () => EnvelopeName.ForPlaintext(envelope));
        Assert.Equal(envelope, failure.Path);
    }

    [Fact]
    public void Name_that_grows_too_long_is_refused()
    {
        Assert.EndsWith(".evc", EnvelopeName.ForEnvelope(new string('a', 251)), StringComparison.Ordinal);
        Refused.As(EnvelopeError.NameTooLong, () => EnvelopeName.ForEnvelope(new string('a', 252)));
        if (!OperatingSystem.IsWindows())
            Refused.As(EnvelopeError.NameTooLong, () => EnvelopeName.ForEnvelope(new string('é', 126)));
    }

    [Fact]
    public void Lock_file_stands_beside_the_envelope_under_a_name_that_fits()
    {
        using var folder = new TempFolder();
        Assert.Equal(folder["x.evc.lock"], EnvelopeName.LockFor(folder["x.evc"]));
        foreach (var name in new[] { new string('a', 246) + ".evc", new string('a', 247) + ".evc", new string('a', 251) + ".evc" })
        {
            var path = EnvelopeName.LockFor(folder[name]);
            Assert.Equal(folder.Path, Path.GetDirectoryName(path));
            Assert.InRange(Path.GetFileName(path).Length, 1, 255);
            Assert.Equal(path, EnvelopeName.LockFor(folder[name]));
        }
        Assert.Equal(EnvelopeName.LockFor(folder["app"]), EnvelopeName.LockFor(folder["APP"]));
        Assert.NotEqual(
            EnvelopeName.LockFor(folder[new string('a', 255)]), EnvelopeName.LockFor(folder[new string('b', 255)]), StringComparer.Ordinal);
    }
}
