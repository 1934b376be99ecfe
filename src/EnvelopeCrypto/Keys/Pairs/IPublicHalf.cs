namespace EnvelopeCrypto.Keys.Pairs;

/// <summary>The half of a key pair that anyone may have. For any thread.</summary>
internal interface IPublicHalf
{
    /// <summary>Makes a new secret, and the ciphertext from which only the private half gets it.</summary>
    /// <param name="ciphertext">1,120 bytes.</param>
    /// <param name="secret">32 bytes, which the caller zeroes.</param>
    void Encapsulate(Span<byte> ciphertext, Span<byte> secret);
}
