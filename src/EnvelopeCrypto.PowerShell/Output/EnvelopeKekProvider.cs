using System.Management.Automation;

namespace EnvelopeCrypto.PowerShell;

/// <summary>A provider of KEKs <c>NAME:ID</c> that was registered in this runspace: the script blocks that reach its key service.</summary>
public sealed class EnvelopeKekProvider
{
    /// <summary>What its references begin with.</summary>
    public required string Name { get; init; }

    /// <summary>Wraps a data key: <c>param($key, $id, $context)</c> gives bytes or a text.</summary>
    public required ScriptBlock Wrap { get; init; }

    /// <summary>Unwraps what Wrap gave: <c>param($wrapped, $id, $context)</c> gives the 32 bytes.</summary>
    public required ScriptBlock Unwrap { get; init; }

    /// <summary>
    /// Turns a wrapped key into one under another id: <c>param($wrapped, $oldId, $newId, $context)</c> gives
    /// bytes or a text. Null: it unwraps and wraps.
    /// </summary>
    public ScriptBlock? Rewrap { get; init; }

    /// <summary>Describes a KEK: <c>param($id)</c> gives a table or an object, for Get-EnvelopeKek.</summary>
    public ScriptBlock? Describe { get; init; }

    /// <summary>The blocks that run now, and for which KEK: one that asks for itself would do so without end.</summary>
    internal HashSet<(ScriptBlock Block, string Id)> Running { get; } = [];

    /// <summary>Its name.</summary>
    public override string ToString() => Name;
}
