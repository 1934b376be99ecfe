namespace EnvelopeCrypto.Cli;

/// <summary>What the tool tells its caller.</summary>
internal static class ExitCode
{
    /// <summary>All was done.</summary>
    public const int Done = 0;

    /// <summary>Something failed; the rest was done.</summary>
    public const int Failed = 1;

    /// <summary>The command was not understood; nothing was done.</summary>
    public const int Usage = 2;

    /// <summary>It was stopped; what had not been finished left nothing behind.</summary>
    public const int Stopped = 3;
}
