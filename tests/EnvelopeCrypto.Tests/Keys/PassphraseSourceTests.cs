using System.Text;
using EnvelopeCrypto.Keys;

namespace EnvelopeCrypto.Tests.Keys;

[Collection(PassphraseVariables.Name)]
public sealed class PassphraseSourceTests : IDisposable
{
    private const string Variable = "ENVELOPECRYPTO_TEST_PASSPHRASE";
    private const string FileVariable = Variable + "_FILE";

    private readonly string _file = Path.GetTempFileName();

    public void Dispose()
    {
        Environment.SetEnvironmentVariable(Variable, null);
        Environment.SetEnvironmentVariable(FileVariable, null);
        File.Delete(_file);
    }

    [Fact]
    public void What_was_set_comes_before_all_else()
    {
        Environment.SetEnvironmentVariable(Variable, "variable");
        using var source = Source();
        source.Set("given");
        AssertIs("given", source);
    }

    [Fact]
    public void Variable_comes_before_the_file_and_the_file_before_a_prompt()
    {
        File.WriteAllText(_file, "file");
        Environment.SetEnvironmentVariable(Variable, "variable");
        Environment.SetEnvironmentVariable(FileVariable, _file);
        var person = new TypingPerson("typed");
        using (var source = Source(person))
            AssertIs("variable", source);

        Environment.SetEnvironmentVariable(Variable, "");
        using (var source = Source(person))
        {
            Assert.True(source.IsGiven);
            AssertIs("file", source);
        }
        Assert.Equal(0, person.Asked);

        Environment.SetEnvironmentVariable(FileVariable, null);
        using (var source = Source(person))
        {
            Assert.False(source.IsGiven);
            AssertIs("typed", source);
            Assert.True(source.IsGiven);
        }
    }

    [Fact]
    public void Without_anything_it_is_required() => Fails(EnvelopeError.PassphraseRequired, Source());

    [Theory]
    [InlineData("word", "word")]
    [InlineData("word\n", "word")]
    [InlineData("word\r\n", "word")]
    [InlineData(" two words ", " two words ")]
    [InlineData("\ufeffword\n", "word")]
    public void File_is_its_text_without_the_last_newline(string content, string passphrase)
    {
        File.WriteAllBytes(_file, Encoding.UTF8.GetBytes(content));
        using var source = Source();
        source.SetFromFile(_file);
        AssertIs(passphrase, source);
    }

    // Nobody could open with what they know, at a prompt, what such a file was used for.
    [Theory]
    [InlineData("word\n\n")]
    [InlineData("word\r\n\r\n")]
    [InlineData("\nword")]
    [InlineData("word\nanother")]
    [InlineData("word\r\nanother\r\n")]
    [InlineData("word\ranother")]
    public void File_with_a_second_line_is_refused(string content)
    {
        File.WriteAllBytes(_file, Encoding.UTF8.GetBytes(content));
        using var source = Source();
        KekFailure.Throws(EnvelopeError.PassphraseInvalid, () => source.SetFromFile(_file));
    }

    [Fact]
    public void File_that_is_no_passphrase_is_refused()
    {
        byte[][] contents = [[], [(byte)'\n'], [0xff, 0xfe, 0x61, 0x00], [0xc3], new byte[65_537]];
        foreach (var content in contents)
        {
            File.WriteAllBytes(_file, content);
            using var source = Source();
            KekFailure.Throws(EnvelopeError.PassphraseInvalid, () => source.SetFromFile(_file));
        }
    }

    [Fact]
    public void File_that_cannot_be_read_is_refused()
    {
        using var source = Source();
        foreach (var path in new[] { _file + ".absent", Path.GetTempPath(), "", "\0" })
            KekFailure.Throws(EnvelopeError.PassphraseInvalid, () => source.SetFromFile(path));
    }

    [Theory]
    [InlineData("")]
    [InlineData("\ud800")]
    public void What_is_no_text_is_refused(string text)
    {
        using var source = Source();
        KekFailure.Throws(EnvelopeError.PassphraseInvalid, () => source.Set(text));
    }

    [Fact]
    public void Refused_text_does_not_replace_what_was_set()
    {
        using var source = Source();
        source.Set("given");
        KekFailure.Throws(EnvelopeError.PassphraseInvalid, () => source.Set(""));
        AssertIs("given", source);
    }

    [Fact]
    public void Person_is_asked_once_and_what_was_typed_is_zeroed()
    {
        var person = new TypingPerson("typed");
        using var source = Source(person);
        Parallel.For(0, 16, _ => AssertIs("typed", source));
        Assert.Equal(1, person.Asked);
        Assert.All(person.Typed, character => Assert.Equal('\0', character));
    }

    [Fact]
    public void Person_who_gives_no_answer_is_not_asked_again()
    {
        var person = new TypingPerson("");
        using var source = Source(person);
        Fails(EnvelopeError.PassphraseInvalid, source);
        Fails(EnvelopeError.PassphraseInvalid, source);
        Assert.Equal(1, person.Asked);
    }

    [Fact]
    public void Person_who_stops_the_question_is_not_asked_again()
    {
        var person = new StoppingPerson();
        using var source = Source(person);
        Assert.Throws<OperationCanceledException>(() => source.Get());
        Assert.Throws<OperationCanceledException>(() => source.Get());
        Assert.Equal(1, person.Asked);
    }

    [Fact]
    public void Dispose_zeroes_it()
    {
        var source = Source();
        source.Set("given");
        var passphrase = source.Get();
        source.Dispose();
        Assert.Throws<ObjectDisposedException>(() => passphrase.Span.Length);
    }

    private static PassphraseSource Source(IPassphrasePrompt? prompt = null) => new(Variable, "a test's passphrase", prompt);

    private static void AssertIs(string expected, PassphraseSource source) =>
        Assert.Equal(expected, Encoding.UTF8.GetString(source.Get().Span));

    private static void Fails(EnvelopeError error, PassphraseSource source) => KekFailure.Throws(error, () => source.Get());

    [Fact]
    public void Person_whose_two_answers_differ_is_asked_again()
    {
        var person = new TypingPerson("one", "two", "three", "three");
        using var source = new PassphraseSource("ENVELOPECRYPTO_TEST_UNSET", "the passphrase", person);
        Assert.Equal("three"u8, source.Get(confirm: true).Span);
        Assert.Equal(2, person.Asked);
    }

    [Fact]
    public void Person_whose_answers_never_agree_is_given_up_on()
    {
        var person = new TypingPerson("1", "2", "3", "4", "5", "6", "7", "7");
        using var source = new PassphraseSource("ENVELOPECRYPTO_TEST_UNSET", "the passphrase", person);
        Assert.Equal(EnvelopeError.PassphraseInvalid, Assert.Throws<EnvelopeException>(() => source.Get(confirm: true)).Error);
        Assert.Equal(EnvelopeError.PassphraseInvalid, Assert.Throws<EnvelopeException>(() => source.Get(confirm: true)).Error);
        Assert.Equal(3, person.Asked);
    }

    /// <summary>A person who answers a question with Ctrl+C.</summary>
    private sealed class StoppingPerson : IPassphrasePrompt
    {
        public int Asked { get; private set; }

        public char[] Read(string question)
        {
            Asked++;
            throw new OperationCanceledException();
        }

        public void Say(string text)
        {
            // This person does not read it.
        }
    }
}
