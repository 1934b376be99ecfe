using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace EnvelopeCrypto.KmsServer.Callers;

/// <summary>Users, roles and the credentials that are known.</summary>
public sealed class CallerDirectory
{
    private readonly TimeProvider _clock;
    private readonly ConcurrentDictionary<string, Caller> _callers = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Role> _roles = new(StringComparer.Ordinal);

    internal CallerDirectory(TimeProvider clock) => _clock = clock;

    /// <summary>Who signed in to IAM Identity Center.</summary>
    public SignIns SignIns { get; } = new();

    /// <summary>A user with credentials of its own. Without a policy it may do nothing.</summary>
    /// <param name="name">The user's name.</param>
    /// <param name="account">12 digits.</param>
    /// <param name="policies">What it may do.</param>
    public Caller AddUser(string name, string account, params PolicyDocument[] policies) => Add(new Caller
    {
        AccessKeyId = "AKIDTEST" + Random(12),
        SecretAccessKey = Random(40),
        Account = account,
        Arn = $"arn:aws:iam::{account}:user/{name}",
        Policies = policies,
    });

    /// <summary>A role to be assumed.</summary>
    public Role AddRole(Role role)
    {
        ArgumentNullException.ThrowIfNull(role);
        return _roles[role.Arn] = role;
    }

    /// <summary>Lets the credentials of a session end now.</summary>
    public void Expire(string accessKeyId) => _callers[accessKeyId].Expires = DateTimeOffset.MinValue;

    /// <summary>A session of a role, as if it had been assumed.</summary>
    public Caller OpenSession(Role role)
    {
        ArgumentNullException.ThrowIfNull(role);
        return AddSession(role, "tests", TimeSpan.FromHours(1));
    }

    internal Caller? Find(string accessKeyId) => _callers.GetValueOrDefault(accessKeyId);

    internal Role? FindRole(string arn) => _roles.GetValueOrDefault(arn);

    internal Caller AddSession(Role role, string session, TimeSpan duration) => Add(new Caller
    {
        AccessKeyId = "ASIDTEST" + Random(12),
        SecretAccessKey = Random(40),
        SessionToken = Random(80),
        Account = role.Account,
        Arn = $"arn:aws:sts::{role.Account}:assumed-role/{role.Name}/{session}",
        RoleArn = role.Arn,
        Expires = _clock.GetUtcNow() + duration,
        Policies = role.Policies,
    });

    private Caller Add(Caller caller) => _callers[caller.AccessKeyId] = caller;

    private static string Random(int length) => RandomNumberGenerator.GetString("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", length);
}
