namespace EnvelopeCrypto.Keys.Local;

/// <summary>The failures of the keyring's files, each about the file and with a way out.</summary>
internal static class KeyringFailure
{
    public const string KeyringFileName = "keyring.json";

    /// <summary>
    /// What a file is called in a sentence. The full path is in the exception, which a list of recipients' failures leaves out.
    /// </summary>
    public static string WhatOf(string file) => $"keyring file {Path.GetFileName(file)}";

    /// <param name="file">The full path.</param>
    /// <param name="rule">What is wrong with it: "is ...", "has ...".</param>
    public static EnvelopeException Damaged(string file, string rule) => Damaged(file, $"the {WhatOf(file)} {rule}.", inner: null);

    /// <summary><c>keyring.json</c> is gone, while a KEK needs it.</summary>
    public static EnvelopeException KeyringMissing(string file, string protectedKek) =>
        Damaged(file, $"is missing, and without it no passphrase opens {protectedKek}");

    /// <param name="path">The folder, or a file in it.</param>
    /// <param name="failure">What the system says.</param>
    /// <param name="isFolder">Whether it is the folder.</param>
    public static EnvelopeException Unreadable(string path, Exception failure, bool isFolder = false) => new EnvelopeException(
        EnvelopeError.SourceUnreadable,
        $"the {(isFolder ? "keyring" : WhatOf(path))} cannot be read: {failure.Message} "
        + $"{KeyringLocation.Variable} names another keyring.",
        failure).About(path);

    /// <summary>Parses a file, which the parser is told by name, and turns what breaks a rule into KeyringDamaged.</summary>
    public static T Named<T>(string file, Func<string, T> parse)
    {
        try
        {
            return parse(WhatOf(file));
        }
        catch (EnvelopeException failure) when (failure.Error == EnvelopeError.HeaderInvalid)
        {
            throw Damaged(file, failure.Reason, failure);
        }
        catch (EnvelopeException failure)
        {
            throw failure.About(file);
        }
    }

    private static EnvelopeException Damaged(string file, string reason, EnvelopeException? inner) =>
        new EnvelopeException(EnvelopeError.KeyringDamaged, $"{reason} {WayOut(file)}", inner).About(file);

    private static string WayOut(string file) => Path.GetFileName(file) == KeyringFileName
        ? "Bring it back from a copy; without one, remove it and the KEKs under the passphrase, and import their backups."
        : "Bring it back from a copy, or remove it and import the KEK's backup.";
}
