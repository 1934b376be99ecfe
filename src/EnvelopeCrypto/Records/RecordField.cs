namespace EnvelopeCrypto.Records;

/// <summary>A field of a record: its name, and the value to encrypt.</summary>
/// <param name="Name">The name, which the token is for from then on; null for a value on its own.</param>
/// <param name="Value">Text, bytes, Boolean, Int32, Int64, Decimal, Double, DateTime, DateTimeOffset or Guid; null stays null.</param>
public readonly record struct RecordField(string? Name, object? Value)
{
    /// <summary>The name, never the value.</summary>
    public override string ToString() => Name ?? "(value)";
}
