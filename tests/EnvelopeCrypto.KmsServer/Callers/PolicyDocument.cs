using System.Text.Json;

namespace EnvelopeCrypto.KmsServer.Callers;

/// <summary>
/// An IAM policy or a key policy, as its JSON stands. What this evaluator does not know is refused when it is read, so that a test
/// never passes on a condition that nobody looked at.
/// </summary>
public sealed class PolicyDocument
{
    private readonly PolicyStatement[] _statements;

    private PolicyDocument(PolicyStatement[] statements, string json)
    {
        _statements = statements;
        Json = json;
    }

    /// <summary>Everything, everywhere.</summary>
    public static PolicyDocument AllowAll { get; } =
        Parse("""{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}""");

    /// <summary>The JSON it was read from.</summary>
    public string Json { get; }

    /// <summary>Reads a policy.</summary>
    /// <exception cref="FormatException">It is no policy, or has an element or a condition that is not known here.</exception>
    public static PolicyDocument Parse(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var statement = document.RootElement.GetProperty("Statement");
            var statements = statement.ValueKind == JsonValueKind.Array ? statement.EnumerateArray().ToArray() : [statement];
            return new PolicyDocument([.. statements.Select(PolicyStatement.Parse)], json);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new FormatException($"This is no policy: {e.Message}", e);
        }
    }

    internal bool Allows(ActionRequest request) => Array.Exists(_statements, statement => statement.Allow && statement.Covers(request));

    internal bool Denies(ActionRequest request) => Array.Exists(_statements, statement => !statement.Allow && statement.Covers(request));

    /// <summary>A key policy's Allow for a principal: by its ARN, or by its account where <paramref name="byAccount"/>.</summary>
    internal bool AllowsPrincipal(ActionRequest request, bool byAccount) =>
        Array.Exists(_statements, statement => statement.Allow && statement.Names(request.Caller, byAccount) && statement.Covers(request));

    internal bool DeniesPrincipal(ActionRequest request) =>
        Array.Exists(_statements, statement => !statement.Allow
            && (statement.Names(request.Caller, byAccount: true) || statement.Names(request.Caller, byAccount: false))
            && statement.Covers(request));
}
