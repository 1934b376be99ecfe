namespace EnvelopeCrypto.Tests.Safety;

/// <summary>What a run was at when it failed, was killed, or lost its power.</summary>
public enum SafetyWork
{
    Protect,
    ProtectOverAnOlderEnvelope,
    Unprotect,
    UnprotectOverAnOlderFile,
    RewrapInPlace,
    RewrapBeside,
    RotateDataKey,
    ProtectAndRemove,
    UnprotectAndRemove,
}
