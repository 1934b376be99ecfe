using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace EnvelopeCrypto.KmsServer.Callers;

/// <summary>The tokens of people who signed in to IAM Identity Center.</summary>
public sealed class SignIns
{
    private readonly ConcurrentDictionary<string, bool> _accessTokens = new(StringComparer.Ordinal);

    /// <summary>What CreateToken takes for a new access token.</summary>
    public string RefreshToken { get; } = RandomNumberGenerator.GetHexString(32);

    /// <summary>Someone signed in: the token for GetRoleCredentials.</summary>
    public string IssueAccessToken()
    {
        var token = RandomNumberGenerator.GetHexString(32);
        _accessTokens[token] = true;
        return token;
    }

    /// <summary>The access token is no longer valid.</summary>
    public void Revoke(string accessToken) => _accessTokens.TryRemove(accessToken, out _);

    internal bool IsValid(string accessToken) => _accessTokens.ContainsKey(accessToken);

    internal bool IsRefreshToken(string? token) => token == RefreshToken;
}
