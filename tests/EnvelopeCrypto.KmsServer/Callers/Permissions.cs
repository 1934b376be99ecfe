namespace EnvelopeCrypto.KmsServer.Callers;

/// <summary>
/// Decides as IAM and KMS do. In the key's own account an identity's policy is enough while the key policy trusts the account (the
/// default), and so is a key policy that names the caller. From another account both have to allow it. A Deny anywhere wins.
/// </summary>
internal static class Permissions
{
    /// <exception cref="KmsFailure">AccessDeniedException, worded as AWS words it.</exception>
    public static void Require(ActionRequest request)
    {
        if (IdentityDenies(request))
            throw Denied(request, "with an explicit deny in an identity-based policy");
        if (!IdentityAllows(request))
            throw Denied(request, NoIdentityPolicy(request));
    }

    /// <param name="request">About a key.</param>
    /// <param name="keyAccount">The account that owns it.</param>
    /// <param name="keyPolicy">Null is the default policy.</param>
    /// <exception cref="KmsFailure">AccessDeniedException.</exception>
    public static void Require(ActionRequest request, string keyAccount, PolicyDocument? keyPolicy)
    {
        if (IdentityDenies(request))
            throw Denied(request, "with an explicit deny in an identity-based policy");
        var sameAccount = request.Caller.Account == keyAccount;
        var named = keyPolicy?.AllowsPrincipal(request, byAccount: false) ?? false;
        var trusted = keyPolicy?.AllowsPrincipal(request, byAccount: true) ?? sameAccount;
        if (!sameAccount && (!(named || trusted) || keyPolicy!.DeniesPrincipal(request)))
            throw NotForOthers(request);
        if (keyPolicy?.DeniesPrincipal(request) ?? false)
            throw Denied(request, "with an explicit deny in a resource-based policy");
        if (sameAccount && named)
            return;
        if (!IdentityAllows(request))
            throw Denied(request, NoIdentityPolicy(request));
        if (!trusted && !named)
            throw Denied(request, $"because no resource-based policy allows the {request.Action} action");
    }

    /// <summary>The answer about a key of another account: it does not say whether the key exists.</summary>
    public static KmsFailure NotForOthers(ActionRequest request) => Denied(
        request,
        "because the resource does not exist in this Region, no resource-based policies allow access, "
        + "or a resource-based policy explicitly denies access");

    private static bool IdentityAllows(ActionRequest request) => request.Caller.Policies.Any(policy => policy.Allows(request));

    private static bool IdentityDenies(ActionRequest request) => request.Caller.Policies.Any(policy => policy.Denies(request));

    private static string NoIdentityPolicy(ActionRequest request) => $"because no identity-based policy allows the {request.Action} action";

    // CreateKey and the lists are about no resource.
    private static KmsFailure Denied(ActionRequest request, string why) => KmsFailure.AccessDenied(request.Resource == "*"
        ? $"User: {request.Caller.Arn} is not authorized to perform: {request.Action} {why}"
        : $"User: {request.Caller.Arn} is not authorized to perform: {request.Action} on resource: {request.Resource} {why}");
}
