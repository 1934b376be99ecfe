namespace EnvelopeCrypto.Keys.Pairs;

/// <summary>The way to the adapter that knows X-Wing: it is loaded when a key pair is first used.</summary>
internal static class KeyEncapsulation
{
    /// <exception cref="EnvelopeException">KekProviderMissing: the program brings no adapter.</exception>
    public static IKeyEncapsulation Require(Func<IKeyEncapsulation>? load) => load?.Invoke()
        ?? throw new EnvelopeException(EnvelopeError.KekProviderMissing, "this program was built without key pairs (X-Wing).");
}
