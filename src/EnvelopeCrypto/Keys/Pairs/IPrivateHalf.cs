namespace EnvelopeCrypto.Keys.Pairs;

/// <summary>The half of a key pair that unwraps. For any thread; zeroed on dispose as far as its library allows.</summary>
internal interface IPrivateHalf : IDisposable
{
    /// <summary>The public half that belongs to it, 1,216 bytes.</summary>
    ReadOnlySpan<byte> PublicHalf { get; }

    /// <summary>Gets the secret. A changed ciphertext fails nowhere here: it gives another secret, under which nothing opens.</summary>
    /// <param name="ciphertext">1,120 bytes.</param>
    /// <param name="secret">32 bytes, which the caller zeroes.</param>
    void Decapsulate(ReadOnlySpan<byte> ciphertext, Span<byte> secret);
}
