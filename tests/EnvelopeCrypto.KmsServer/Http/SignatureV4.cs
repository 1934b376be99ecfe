using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace EnvelopeCrypto.KmsServer.Http;

/// <summary>
/// A request's AWS Signature Version 4, read from its headers and verified.
/// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/create-signed-request.html
/// </summary>
internal sealed class SignatureV4
{
    public const string DateFormat = "yyyyMMdd'T'HHmmss'Z'";
    private const string Algorithm = "AWS4-HMAC-SHA256";

    private readonly string[] _signedHeaders;
    private readonly string _signature;
    private readonly string _date;
    private readonly string _scopeDate;

    private SignatureV4(string[] credential, string[] signedHeaders, string signature, string date)
    {
        AccessKeyId = credential[0];
        _scopeDate = credential[1];
        Region = credential[2];
        Service = credential[3];
        _signedHeaders = signedHeaders;
        _signature = signature;
        _date = date;
    }

    public string AccessKeyId { get; }

    public string Region { get; }

    public string Service { get; }

    public DateTimeOffset Time =>
        DateTimeOffset.ParseExact(_date, DateFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);

    /// <summary>Null when the headers have no signature, or one of a wrong shape.</summary>
    public static SignatureV4? TryRead(IHeaderDictionary headers)
    {
        var text = headers.Authorization.ToString();
        if (!text.StartsWith(Algorithm + " ", StringComparison.Ordinal))
            return null;
        var parts = text[(Algorithm.Length + 1)..].Split(',', StringSplitOptions.TrimEntries)
            .Select(part => part.Split('=', 2))
            .Where(part => part.Length == 2)
            .ToDictionary(part => part[0], part => part[1], StringComparer.Ordinal);
        var date = headers["x-amz-date"].ToString();
        var credential = parts.GetValueOrDefault("Credential")?.Split('/');
        var signed = parts.GetValueOrDefault("SignedHeaders")?.Split(';');
        return credential is [_, { Length: 8 }, _, _, "aws4_request"]
            && signed is not null && signed.Contains("host") && signed.Contains("x-amz-date")
            && parts.GetValueOrDefault("Signature") is { Length: 64 } signature
            && DateTimeOffset.TryParseExact(date, DateFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out _)
            && date.StartsWith(credential[1], StringComparison.Ordinal)
                ? new SignatureV4(credential, signed, signature, date)
                : null;
    }

    /// <summary>Whether the holder of <paramref name="secret"/> signed this method, path, query, these headers and this body.</summary>
    public bool Verify(HttpRequest request, byte[] body, string secret)
    {
        var headers = _signedHeaders.Select(name => $"{name}:{Trim(request.Headers[name].ToString())}\n");
        var canonical = string.Join('\n',
            request.Method,
            request.Path.ToUriComponent(),
            CanonicalQuery(request),
            string.Concat(headers),
            string.Join(';', _signedHeaders),
            Hex(SHA256.HashData(body)));
        var scope = $"{_scopeDate}/{Region}/{Service}/aws4_request";
        var toSign = $"{Algorithm}\n{_date}\n{scope}\n{Hex(SHA256.HashData(Encoding.UTF8.GetBytes(canonical)))}";

        var key = Encoding.UTF8.GetBytes("AWS4" + secret);
        foreach (var part in new[] { _scopeDate, Region, Service, "aws4_request" })
            key = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(part));
        return Hex(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(toSign))) == _signature;
    }

    private static string CanonicalQuery(HttpRequest request) => string.Join('&', request.Query
        .SelectMany(pair => pair.Value, (pair, value) => $"{Uri.EscapeDataString(pair.Key)}={Uri.EscapeDataString(value ?? "")}")
        .Order(StringComparer.Ordinal));

    private static string Trim(string value) => string.Join(' ', value.Split(' ', StringSplitOptions.RemoveEmptyEntries));

    private static string Hex(byte[] bytes) => Convert.ToHexString(bytes).ToLowerInvariant();
}
