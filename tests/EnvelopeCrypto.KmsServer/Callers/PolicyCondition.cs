using System.Text.Json;

namespace EnvelopeCrypto.KmsServer.Callers;

/// <summary>
/// One condition, such as <c>"StringEquals": {"kms:EncryptionContext:purpose": "backup"}</c>. Names of condition keys have no case;
/// their values do. A key that the request lacks fails a positive operator and meets a negative one, as in IAM.
/// </summary>
internal sealed class PolicyCondition
{
    private static readonly string[] KnownKeys =
    [
        "kms:EncryptionContextKeys", "kms:ReEncryptOnSameKey", "kms:RequestAlias", "kms:ResourceAliases", "kms:KeySpec", "kms:KeyUsage",
        "kms:CallerAccount", "kms:MultiRegion", "aws:PrincipalArn", "aws:PrincipalAccount", "aws:RequestedRegion",
    ];

    private readonly string _qualifier;
    private readonly string _operator;
    private readonly bool _ifExists;
    private readonly string _key;
    private readonly string[] _values;

    private PolicyCondition(string operatorText, string key, string[] values)
    {
        var colon = operatorText.IndexOf(':', StringComparison.Ordinal);
        _qualifier = colon < 0 ? "" : operatorText[..colon];
        _operator = operatorText[(colon + 1)..];
        _ifExists = _operator.EndsWith("IfExists", StringComparison.Ordinal);
        if (_ifExists)
            _operator = _operator[..^"IfExists".Length];
        _key = key;
        _values = values;
        RequireKnown();
    }

    public static IEnumerable<PolicyCondition> Parse(JsonElement element) =>
        from byOperator in element.EnumerateObject()
        from byKey in byOperator.Value.EnumerateObject()
        select new PolicyCondition(byOperator.Name, byKey.Name, PolicyStatement.Texts(byKey.Value));

    public bool Holds(ActionRequest request)
    {
        var present = request.Conditions.TryGetValue(_key, out var actual);
        if (_operator == "Null")
            return present != (_values[0] == "true");
        if (!present)
        {
            return _ifExists || _qualifier == "ForAllValues"
                || (_qualifier.Length == 0 && _operator.Contains("Not", StringComparison.Ordinal));
        }
        return _qualifier == "ForAllValues" ? Array.TrueForAll(actual!, Meets) : Array.Exists(actual!, Meets);
    }

    private bool Meets(string actual) => _operator switch
    {
        "StringEquals" => _values.Contains(actual, StringComparer.Ordinal),
        "StringNotEquals" => !_values.Contains(actual, StringComparer.Ordinal),
        "StringEqualsIgnoreCase" or "Bool" => _values.Contains(actual, StringComparer.OrdinalIgnoreCase),
        "StringNotEqualsIgnoreCase" => !_values.Contains(actual, StringComparer.OrdinalIgnoreCase),
        "StringLike" or "ArnLike" or "ArnEquals" => Array.Exists(_values, value => Wildcard.Matches(value, actual, ignoreCase: false)),
        _ => !Array.Exists(_values, value => Wildcard.Matches(value, actual, ignoreCase: false)),
    };

    private void RequireKnown()
    {
        if (_qualifier is not ("" or "ForAllValues" or "ForAnyValue"))
            throw new FormatException($"The qualifier '{_qualifier}' is not known here.");
        if (_operator is not ("StringEquals" or "StringNotEquals" or "StringEqualsIgnoreCase" or "StringNotEqualsIgnoreCase" or "Bool" or "Null"
            or "StringLike" or "StringNotLike" or "ArnLike" or "ArnNotLike" or "ArnEquals" or "ArnNotEquals"))
            throw new FormatException($"The operator '{_operator}' is not known here.");
        if (!_key.StartsWith("kms:EncryptionContext:", StringComparison.OrdinalIgnoreCase)
            && !KnownKeys.Contains(_key, StringComparer.OrdinalIgnoreCase))
            throw new FormatException($"The condition key '{_key}' is not known here.");
    }
}
