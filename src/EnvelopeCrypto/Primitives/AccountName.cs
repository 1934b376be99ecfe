namespace EnvelopeCrypto.Primitives;

/// <summary>The name of the account that this process runs as.</summary>
internal static class AccountName
{
    /// <summary>Null where the system knows none, as a container without /etc/passwd.</summary>
    public static string? Current
    {
        get
        {
            try
            {
                return Environment.UserName is { Length: > 0 } name ? name : null;
            }
            catch (IOException)
            {
                return null;
            }
        }
    }
}
