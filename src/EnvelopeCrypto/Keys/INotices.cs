namespace EnvelopeCrypto.Keys;

/// <summary>Takes what a person should know but that is not a failure. Calls can come from any thread.</summary>
public interface INotices
{
    /// <summary>Something was done that was not asked for by name, such as a KEK made on first use.</summary>
    void Information(string message);

    /// <summary>Something is legal but doubtful, such as a certificate that has expired.</summary>
    void Warning(string message);
}
