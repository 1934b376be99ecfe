namespace EnvelopeCrypto.Keys.Pairs;

/// <summary>X-Wing, which an adapter brings: .NET has its parts only in newer versions, and not on every system.</summary>
internal interface IKeyEncapsulation
{
    /// <summary>A public half that is ready to wrap.</summary>
    /// <param name="publicHalf">1,216 bytes; any other length is refused.</param>
    /// <exception cref="EnvelopeException">
    /// PublicKeyInvalid: another length, an ML-KEM key that fails the check of FIPS 203, 7.2, or an X25519 point of low order.
    /// </exception>
    IPublicHalf OpenPublicHalf(ReadOnlySpan<byte> publicHalf);

    /// <summary>A private half that is ready to unwrap. The caller disposes it.</summary>
    /// <param name="seed">32 bytes; the caller zeroes them.</param>
    IPrivateHalf OpenPrivateHalf(ReadOnlySpan<byte> seed);
}
