using System.Text;
using EnvelopeCrypto.Primitives;

namespace EnvelopeCrypto.Keys.Certificates;

/// <summary>The passphrase of certificates' private keys, as the characters that .NET's readers of keys want.</summary>
internal sealed class CertificatePassphrase(PassphraseSource source)
{
    public delegate T Opener<out T>(ReadOnlySpan<char> passphrase);

    /// <summary>Whether it is there without asking anybody.</summary>
    public bool IsGiven => source.IsGiven;

    /// <summary>Calls <paramref name="open"/> with the characters, which are zeroed afterwards.</summary>
    /// <exception cref="EnvelopeException">PassphraseRequired, saying for which file; PromptRequired, PassphraseInvalid.</exception>
    public T Use<T>(string path, Opener<T> open)
    {
        var passphrase = Get(path).Span;
        var characters = GC.AllocateArray<char>(passphrase.Length, pinned: true);
        try
        {
            var length = Encoding.UTF8.GetChars(passphrase, characters);
            return open(characters.AsSpan(0, length));
        }
        finally
        {
            Array.Clear(characters);
        }
    }

    private SecretBytes Get(string path)
    {
        try
        {
            return source.Get();
        }
        catch (EnvelopeException failure) when (failure.Error == EnvelopeError.PassphraseRequired)
        {
            throw new EnvelopeException(failure.Error, $"'{path}' is protected: {failure.Reason}", failure);
        }
    }
}
