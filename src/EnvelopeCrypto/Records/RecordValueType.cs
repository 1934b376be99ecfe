namespace EnvelopeCrypto.Records;

/// <summary>The types that a token gives back as they were: the protected header's <c>val</c>.</summary>
internal enum RecordValueType
{
    Text,
    Bytes,
    Bool,
    Int32,
    Int64,
    Decimal,
    Double,
    DateTime,
    DateTimeOffset,
    Guid,
    SecureString,
    PSCredential, // .NET's NetworkCredential, without a domain
}
