namespace EnvelopeCrypto.KmsServer;

/// <summary>An answer that is an error: its type and text are those of AWS, and so is the status.</summary>
public sealed class KmsFailure : Exception
{
    /// <param name="type">What <c>__type</c> says, such as <c>NotFoundException</c>.</param>
    /// <param name="text">The message; null where KMS gives none.</param>
    /// <param name="status">The HTTP status.</param>
    public KmsFailure(string type, string? text, int status = 400)
        : base(text)
    {
        Type = type;
        Text = text;
        Status = status;
    }

    /// <summary>What <c>__type</c> says.</summary>
    public string Type { get; }

    /// <summary>The message; null where KMS gives none.</summary>
    public string? Text { get; }

    /// <summary>The HTTP status.</summary>
    public int Status { get; }

    /// <summary>The throttling of KMS, which clients try again.</summary>
    public static KmsFailure Throttled() =>
        new("ThrottlingException", "You have exceeded the rate at which you may call KMS. Reduce the frequency of your calls.");

    /// <summary>A fault of the service, which clients try again.</summary>
    public static KmsFailure Internal() => new("KMSInternalException", "An internal failure occurred.", 500);

    internal static KmsFailure NotFound(string text) => new("NotFoundException", text);

    internal static KmsFailure InvalidArn(string arn) => new("InvalidArnException", $"Invalid arn {arn}");

    internal static KmsFailure Validation(string text) => new("ValidationException", text);

    internal static KmsFailure Constraint(string member, string rule) =>
        Validation($"1 validation error detected: Value at '{member}' failed to satisfy constraint: {rule}");

    internal static KmsFailure InvalidCiphertext() => new("InvalidCiphertextException", text: null);

    internal static KmsFailure AccessDenied(string text) => new("AccessDeniedException", text);
}
