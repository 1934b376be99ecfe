namespace EnvelopeCrypto.Aws.Sdk;

/// <summary>An answer that is not taken, and for which the SDK must not ask again. It holds nothing of the answer.</summary>
internal sealed class UnusableAnswerException(string reason) : Exception(reason);
