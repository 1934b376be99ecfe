using System.Management.Automation;

namespace EnvelopeCrypto.PowerShell;

/// <summary>Takes a number as seconds, where PowerShell would take it as ticks of 100 ns; and refuses what is not a time to wait.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class SecondsTransformationAttribute : ArgumentTransformationAttribute
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(24);

    /// <inheritdoc/>
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        var given = inputData is PSObject { BaseObject: var inner } ? inner : inputData;
        var time = given is int or long or double or decimal
            ? TimeSpan.FromSeconds(LanguagePrimitives.ConvertTo<double>(given))
            : LanguagePrimitives.ConvertTo<TimeSpan>(given);
        return time > TimeSpan.Zero && time <= Longest
            ? time
            : throw new ArgumentTransformationMetadataException("The time has to be more than nothing, and 24 days at most.");
    }
}
