namespace EnvelopeCrypto.KmsServer;

/// <summary>The server's time: that of the machine, moved by a fixed amount. Signatures, sessions and rotations go by it.</summary>
public sealed class ServerClock : TimeProvider
{
    /// <summary>How far it is ahead of the machine.</summary>
    public TimeSpan Offset { get; set; }

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Offset;
}
