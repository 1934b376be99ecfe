namespace EnvelopeCrypto.Keys;

/// <summary>Which KEKs are meant when none is named. Lists in variables are separated by <c>;</c>.</summary>
internal static class KekDefaults
{
    /// <summary>Names the KEKs to encrypt for.</summary>
    public const string KekVariable = "ENVELOPECRYPTO_KEK";

    /// <summary>Names the KEKs that may open a file.</summary>
    public const string AllowedKekVariable = "ENVELOPECRYPTO_ALLOWED_KEK";

    /// <summary>What was given; else the variable; else <c>local:default</c> when a person is there.</summary>
    /// <exception cref="EnvelopeException">KekRequired; KekReferenceInvalid.</exception>
    public static IReadOnlyList<KekReference> ToEncrypt(IReadOnlyCollection<string> given, bool personIsThere)
    {
        var named = given.Count > 0 ? given : FromVariable(KekVariable);
        if (named.Count == 0 && personIsThere)
            named = ["local:default"];
        if (named.Count == 0)
        {
            throw new EnvelopeException(
                EnvelopeError.KekRequired,
                $"no KEK is named, neither here nor in {KekVariable}; local:default would be the keyring's own.");
        }
        return [.. named.Select(KekReference.Parse)];
    }

    /// <summary>
    /// What was given; else the variable for it; else what the variable for encrypting names; else nothing, which
    /// leaves it to the providers.
    /// </summary>
    /// <exception cref="EnvelopeException">KekReferenceInvalid: a variable names none.</exception>
    public static IReadOnlyList<string> AllowedToOpen(IReadOnlyCollection<string> given)
    {
        if (given.Count > 0)
            return [.. given];
        var allowed = FromVariable(AllowedKekVariable);
        return allowed.Length > 0 ? allowed : FromVariable(KekVariable);
    }

    // A variable with blanks and separators alone is a list that went wrong. Taken for none, it would allow what it was to forbid.
    private static string[] FromVariable(string name)
    {
        var value = Environment.GetEnvironmentVariable(name) ?? "";
        var keks = value.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return keks.Length > 0 || value.Length == 0
            ? keks
            : throw new EnvelopeException(
                EnvelopeError.KekReferenceInvalid, $"{name} is set and names no KEK; unset it, or name some, separated by ;.");
    }
}
