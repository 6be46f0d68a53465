using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ProcessPool.Values;

/// <summary>JSON as its text.</summary>
internal static class JsonData
{
    /// <summary>Whatever was read once can be read again, if it is not deeper than other values may be.</summary>
    private static readonly JsonDocumentOptions Lenient = new()
    {
        AllowTrailingCommas = true,
        CommentHandling = JsonCommentHandling.Skip,
        MaxDepth = ValueContext.MaximumDepth,
    };

    /// <summary>Empty for an element of no document, which has no text.</summary>
    public static byte[] Of(JsonElement element) =>
        element.ValueKind == JsonValueKind.Undefined ? [] : Encoding.UTF8.GetBytes(element.GetRawText());

    public static JsonDocument ToDocument(byte[] text) => JsonDocument.Parse(text, Lenient);

    public static JsonElement ToElement(byte[] text)
    {
        if (text.Length == 0) return default;
        using var document = ToDocument(text);
        return document.RootElement.Clone();
    }

    /// <summary>A part of a tree arrives as a tree of its own.</summary>
    public static (byte[] Text, bool IgnoresCase) Of(JsonNode node)
    {
        var options = new JsonSerializerOptions { MaxDepth = ValueContext.MaximumDepth };
        var data = (Encoding.UTF8.GetBytes(node.ToJsonString(options)), node.Options is { PropertyNameCaseInsensitive: true });
        return JsonNode.DeepEquals(node, ToNode(data))
            ? data
            : throw new NotSupportedException("the JSON says something else than the objects it was made from; send its text");
    }

    public static JsonNode ToNode((byte[] Text, bool IgnoresCase) data) => JsonNode.Parse(
        data.Text, new JsonNodeOptions { PropertyNameCaseInsensitive = data.IgnoresCase }, Lenient)!;
}
