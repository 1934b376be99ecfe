using System.Text.Json.Nodes;

namespace EnvelopeCrypto.KmsServer.Operations;

/// <summary>One page of a list, as Limit and Marker ask for it; a marker is the number of the next item.</summary>
internal static class Page
{
    private const int DefaultLimit = 50;

    public static JsonObject Of(string member, JsonObject[] items, KmsRequest request)
    {
        var limit = request.Number("Limit") ?? DefaultLimit;
        var start = 0;
        if (request.Text("Marker") is { } marker && (!int.TryParse(marker, out start) || start < 0 || start > items.Length))
            throw new KmsFailure("InvalidMarkerException", "Could not deserialize marker.");
        var end = Math.Min(items.Length, start + limit);
        var answer = new JsonObject { [member] = new JsonArray([.. items[start..end]]), ["Truncated"] = end < items.Length };
        if (end < items.Length)
            answer["NextMarker"] = $"{end}";
        return answer;
    }
}
