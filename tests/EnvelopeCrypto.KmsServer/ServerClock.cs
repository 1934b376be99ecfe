namespace EnvelopeCrypto.KmsServer;

/// <summary>The server's time: that of the machine, moved on demand.</summary>
public sealed class ServerClock : TimeProvider
{
    /// <summary>How far it is ahead for keys, rotations and sessions.</summary>
    public TimeSpan Offset { get; set; }

    /// <summary>How far it is ahead where signatures are dated: more than five minutes refuses them.</summary>
    public TimeSpan Skew { get; set; }

    /// <summary>
    /// Whether the Date header shows the skew. The SDK then corrects its own clock and tries again, and keeps the correction for this
    /// endpoint as long as the process lives.
    /// </summary>
    public bool ShowsSkew { get; set; }

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Offset;

    internal DateTimeOffset SignatureNow => base.GetUtcNow() + Skew;
}
