namespace EnvelopeCrypto.Aws.Sdk;

/// <summary>An answer that began and did not end. The SDK asks again after an IOException, which it should here.</summary>
internal sealed class AnswerCutOffException(Exception cause) : IOException("The answer was cut off.", cause);
