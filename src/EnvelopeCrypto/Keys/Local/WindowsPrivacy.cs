using System.Runtime.Versioning;
using System.Security.AccessControl;
using System.Security.Principal;

namespace EnvelopeCrypto.Keys.Local;

/// <summary>
/// Access control lists instead of modes: this user, SYSTEM and administrators may use the keyring, groups of everybody may not.
/// </summary>
[SupportedOSPlatform("windows")]
internal static class WindowsPrivacy
{
    // The last are the generic rights to read, to write and to all, which .NET does not name and an entry can still have.
    private const int Use = (int)(FileSystemRights.ReadData | FileSystemRights.WriteData | FileSystemRights.AppendData
        | FileSystemRights.Delete | FileSystemRights.DeleteSubdirectoriesAndFiles
        | FileSystemRights.ChangePermissions | FileSystemRights.TakeOwnership)
        | unchecked((int)0xD0000000);

    private static readonly WellKnownSidType[] Everybody =
    [
        WellKnownSidType.WorldSid,
        WellKnownSidType.AnonymousSid,
        WellKnownSidType.AuthenticatedUserSid,
        WellKnownSidType.InteractiveSid,
        WellKnownSidType.NetworkSid,
        WellKnownSidType.BuiltinUsersSid,
        WellKnownSidType.BuiltinGuestsSid,
    ];

    public static void MakeFolder(string folder)
    {
        var security = new DirectorySecurity();
        security.SetAccessRuleProtection(isProtected: true, preserveInheritance: false);
        foreach (var owner in Owners())
        {
            security.AddAccessRule(new FileSystemAccessRule(
                owner,
                FileSystemRights.FullControl,
                InheritanceFlags.ContainerInherit | InheritanceFlags.ObjectInherit,
                PropagationFlags.None,
                AccessControlType.Allow));
        }
        security.CreateDirectory(folder);
    }

    public static bool IsOpenToOthers(string path, bool isFolder)
    {
        FileSystemSecurity security = isFolder
            ? new DirectoryInfo(path).GetAccessControl(AccessControlSections.Access)
            : new FileInfo(path).GetAccessControl(AccessControlSections.Access);
        foreach (
            FileSystemAccessRule rule in security.GetAccessRules(includeExplicit: true, includeInherited: true, typeof(SecurityIdentifier)))
        {
            var isUse = ((int)rule.FileSystemRights & Use) != 0;
            var isHere = !rule.PropagationFlags.HasFlag(PropagationFlags.InheritOnly);
            if (rule.AccessControlType == AccessControlType.Allow && isUse && isHere
                && IsEverybody((SecurityIdentifier)rule.IdentityReference))
            {
                return true;
            }
        }
        return false;
    }

    public static string MendingCommand(string path, bool isFolder)
    {
        using var user = WindowsIdentity.GetCurrent();
        return $"icacls \"{path}\" /inheritance:r /grant:r \"{user.Name}:{(isFolder ? "(OI)(CI)" : "")}F\"";
    }

    private static bool IsEverybody(SecurityIdentifier identity) => Array.Exists(Everybody, identity.IsWellKnown);

    private static IEnumerable<SecurityIdentifier> Owners()
    {
        using var user = WindowsIdentity.GetCurrent();
        yield return user.User!;
        yield return new SecurityIdentifier(WellKnownSidType.LocalSystemSid, domainSid: null);
        yield return new SecurityIdentifier(WellKnownSidType.BuiltinAdministratorsSid, domainSid: null);
    }
}
