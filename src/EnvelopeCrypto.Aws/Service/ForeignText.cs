namespace EnvelopeCrypto.Aws.Service;

/// <summary>Text that came from outside, on its way into a message.</summary>
internal static class ForeignText
{
    private const int MaxLength = 400;

    /// <summary>No longer than a person reads.</summary>
    public static string Shorten(string text, int maxLength = MaxLength) =>
        text.Length <= maxLength ? text : string.Concat(text.AsSpan(0, maxLength), "...");

    /// <summary>A single word of the service, such as a state or an error's code.</summary>
    public static string Word(string? text) => Shorten(text ?? "", maxLength: 80);
}
