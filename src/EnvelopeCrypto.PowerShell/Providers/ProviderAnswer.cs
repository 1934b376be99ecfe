using System.Management.Automation;
using System.Security.Cryptography;
using System.Text;
using EnvelopeCrypto.Format;
using EnvelopeCrypto.Keys;

namespace EnvelopeCrypto.PowerShell;

/// <summary>Makes of a script block's output the bytes that were asked for, and zeroes what it read a key from.</summary>
internal static class ProviderAnswer
{
    private const string WantedKey = $"A data key is 32 bytes, given as ',$bytes'.";

    /// <summary>A wrapped key: bytes, or a text, which is kept as UTF-8.</summary>
    /// <returns>A copy; null when the output is something else, and why.</returns>
    public static (byte[]? Wrapped, string Why) Wrapped(IReadOnlyList<PSObject?> output)
    {
        var bytes = output is [{ BaseObject: string text }] ? Encoding.UTF8.GetBytes(text) : BytesOf(output);
        return bytes switch
        {
            null => (null, $"it gave {Name(output)}. A wrapped key is one text, or bytes, given as ',$bytes'."),
            { Length: 0 or > Recipient.MaxWrappedKeyLength } =>
                (null, $"it gave a wrapped key of {bytes.Length} bytes, where 1 to {Recipient.MaxWrappedKeyLength} are allowed."),
            _ => (bytes, ""),
        };
    }

    /// <summary>A data key, which the caller disposes; null when the output is none, and why.</summary>
    public static (DataKey? DataKey, string Why) Unwrapped(IReadOnlyList<PSObject?> output)
    {
        var bytes = BytesOf(output);
        try
        {
            return bytes is null ? (null, $"it gave {Name(output)}. {WantedKey}") : (DataKey.FromBytes(bytes), "");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
            foreach (var given in output.Select(item => item?.BaseObject).OfType<byte[]>())
                CryptographicOperations.ZeroMemory(given);
        }
    }

    // An array that was given as it is, or one that the pipeline took apart.
    private static byte[]? BytesOf(IReadOnlyList<PSObject?> output)
    {
        if (output is [{ BaseObject: byte[] whole }])
            return Copy(whole.Length, i => whole[i]);
        return output.Count > 0 && output.All(item => item?.BaseObject is byte)
            ? Copy(output.Count, i => (byte)output[i]!.BaseObject)
            : null;
    }

    private static byte[] Copy(int length, Func<int, byte> at)
    {
        var bytes = GC.AllocateUninitializedArray<byte>(length, pinned: true);
        for (var i = 0; i < length; i++)
            bytes[i] = at(i);
        return bytes;
    }

    private static string Name(IReadOnlyList<PSObject?> output) => output switch
    {
        [] => "nothing",
        [null] => "$null",
        [var one] => $"a {one.BaseObject.GetType().Name}",
        _ => $"{output.Count} objects",
    };
}
