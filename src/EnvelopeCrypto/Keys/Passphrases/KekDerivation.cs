using EnvelopeCrypto.Keys.Secrets;
using EnvelopeCrypto.Primitives;

namespace EnvelopeCrypto.Keys.Passphrases;

/// <summary>Derives a KEK: <see cref="KeyDerivation.Derive"/>, or a quick stand-in where tests count the calls.</summary>
internal delegate SecretBytes KekDerivation(SecretBytes passphrase, ReadOnlySpan<byte> salt, int iterations);
