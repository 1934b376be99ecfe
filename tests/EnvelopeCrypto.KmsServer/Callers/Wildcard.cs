using System.IO.Enumeration;

namespace EnvelopeCrypto.KmsServer.Callers;

/// <summary>The patterns of policies: <c>*</c> is any text, <c>?</c> any character, everything else itself.</summary>
internal static class Wildcard
{
    // The framework's matcher takes a backslash as an escape; no ARN, action or alias has one.
    public static bool Matches(string pattern, string text, bool ignoreCase) =>
        FileSystemName.MatchesSimpleExpression(pattern, text, ignoreCase);
}
