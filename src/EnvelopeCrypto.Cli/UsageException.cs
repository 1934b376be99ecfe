namespace EnvelopeCrypto.Cli;

/// <summary>Options that do not go together, or that lack another: exit code 2.</summary>
internal sealed class UsageException(string message) : Exception(message);
