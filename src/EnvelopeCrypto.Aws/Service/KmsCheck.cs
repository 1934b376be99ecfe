using EnvelopeCrypto.Format;
using EnvelopeCrypto.Keys;

namespace EnvelopeCrypto.Aws.Service;

/// <summary>Holds the service's answers against what was asked: an endpoint can be anyone's.</summary>
internal static class KmsCheck
{
    /// <exception cref="EnvelopeException">KeyServiceFailed: another key answered, or what it gave is not a wrapped key.</exception>
    public static KmsWrapped Wrapped(KmsWrapped answer, string expected)
    {
        RequireKey(answer.KeyArn, expected);
        RequireLength(answer.Ciphertext);
        return answer;
    }

    /// <summary>A data key that was just made.</summary>
    /// <exception cref="EnvelopeException">KeyServiceFailed; the data key is zeroed.</exception>
    public static KmsUnwrapped Generated(KmsUnwrapped answer, string expected)
    {
        try
        {
            RequireKey(answer.KeyArn, expected);
            RequireLength(answer.Ciphertext);
            return answer;
        }
        catch
        {
            answer.Dispose();
            throw;
        }
    }

    /// <exception cref="EnvelopeException">KeyServiceFailed; the data key is zeroed.</exception>
    public static DataKey Unwrapped(KmsUnwrapped answer, string expected)
    {
        try
        {
            RequireKey(answer.KeyArn, expected);
            return answer.DataKey;
        }
        catch
        {
            answer.Dispose();
            throw;
        }
    }

    /// <exception cref="EnvelopeException">KeyServiceFailed: other keys than those named took part.</exception>
    public static KmsReEncrypted ReEncrypted(KmsReEncrypted answer, string source, string target)
    {
        RequireKey(answer.SourceKeyArn, source);
        RequireKey(answer.KeyArn, target);
        RequireLength(answer.Ciphertext);
        return answer;
    }

    /// <summary>The ARN that a description gives, which is the one that was asked for, as far as that says.</summary>
    /// <exception cref="EnvelopeException">KeyServiceFailed.</exception>
    public static KmsKeyArn Described(KmsKeyDescription answer, string asked, string region) =>
        KmsKeyArn.TryParse(answer.KeyArn, out var arn) && arn.Region == region && Fits(arn, asked)
            ? arn
            : throw Failed($"AWS KMS described another key than {asked} in {region}: {ForeignText.Shorten(answer.KeyArn)}.");

    public static EnvelopeException Failed(string reason) => new(EnvelopeError.KeyServiceFailed, reason);

    // An alias tells nothing of its key but, by its ARN, the account.
    private static bool Fits(KmsKeyArn arn, string asked)
    {
        if (asked.StartsWith("alias/", StringComparison.Ordinal))
            return true;
        if (asked.StartsWith("arn:", StringComparison.Ordinal))
            return asked == arn.Text || (asked.Contains(":alias/", StringComparison.Ordinal) && asked.Split(':')[4] == arn.Account);
        return asked == arn.Id;
    }

    private static void RequireKey(string answered, string expected)
    {
        if (answered != expected)
        {
            throw Failed(
                $"AWS KMS answered for the key {ForeignText.Shorten(answered)} instead of {expected}; nothing of the answer was used.");
        }
    }

    private static void RequireLength(ReadOnlyMemory<byte> ciphertext)
    {
        if (ciphertext.Length is 0 or > KmsWords.MaxCiphertextLength)
            throw Failed($"AWS KMS gave a wrapped key of {ciphertext.Length} bytes; 1 to {KmsWords.MaxCiphertextLength} are right.");
    }
}
