namespace EnvelopeCrypto.Fuzz.Targets;

/// <summary>A property that does not hold of an input.</summary>
internal sealed class FuzzFinding(string what) : Exception(what);
