namespace EnvelopeCrypto.KmsServer.Callers;

/// <summary>What policies are asked: may this caller take this action on this resource.</summary>
/// <param name="Caller">Who asks.</param>
/// <param name="Action">Such as <c>kms:Decrypt</c>.</param>
/// <param name="Resource">An ARN, or <c>*</c> for an action that is about none.</param>
/// <param name="Conditions">The condition keys of the request and their values; the names have no case.</param>
internal sealed record ActionRequest(Caller Caller, string Action, string Resource, IReadOnlyDictionary<string, string[]> Conditions)
{
    public ActionRequest(Caller caller, string action, string resource)
        : this(caller, action, resource, new Dictionary<string, string[]>(StringComparer.OrdinalIgnoreCase))
    {
    }
}
