using EnvelopeCrypto.Files;

namespace EnvelopeCrypto.PowerShell;

/// <summary>Whether an envelope decrypts, and why not.</summary>
public sealed class EnvelopeTestResult
{
    internal EnvelopeTestResult(VerifyResult result)
    {
        Valid = result.Valid;
        SourcePath = result.SourcePath;
        Length = result.Length;
        Kek = new KekNames(result.Kek);
        PostQuantum = result.PostQuantum;
        OpenedBy = result.OpenedBy;
        Error = result.Error;
        Reason = result.Reason;
    }

    /// <summary>Whether it decrypts, or with -HeaderOnly whether a KEK opens it.</summary>
    public bool Valid { get; }

    /// <summary>The envelope.</summary>
    public string FullName => SourcePath;

    /// <summary>The same as a path that other cmdlets take letter by letter.</summary>
    public string PSPath => ProviderPath.Of(SourcePath);

    /// <summary>The envelope.</summary>
    public string SourcePath { get; }

    /// <summary>Bytes of plaintext that were proven; null when none were.</summary>
    public long? Length { get; }

    /// <summary>Its KEKs.</summary>
    public KekNames Kek { get; }

    /// <summary>Whether every recipient stays closed to a quantum computer, as far as is known; null where they are not known.</summary>
    public bool? PostQuantum { get; }

    /// <summary>The KEK that opened it.</summary>
    public string? OpenedBy { get; }

    /// <summary>What is wrong with it: an id that scripts can compare; null when it is valid.</summary>
    public EnvelopeError? Error { get; }

    /// <summary>The same in words.</summary>
    public string? Reason { get; }
}
