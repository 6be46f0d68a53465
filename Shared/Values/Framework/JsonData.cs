using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ProcessPool.Values;

/// <summary>Sends JSON as text.</summary>
internal static class JsonData
{
    /// <summary>
    /// Accepts everything that the sender could have parsed, up to the nesting depth that applies to all values.
    /// </summary>
    private static readonly JsonDocumentOptions Lenient = new()
    {
        AllowTrailingCommas = true,
        CommentHandling = JsonCommentHandling.Skip,
        MaxDepth = ValueContext.MaximumDepth,
    };

    /// <summary>The text of an element; empty for an element without a document.</summary>
    public static byte[] Of(JsonElement element) =>
        element.ValueKind == JsonValueKind.Undefined ? [] : Encoding.UTF8.GetBytes(element.GetRawText());

    public static JsonDocument ToDocument(byte[] text) => JsonDocument.Parse(text, Lenient);

    public static JsonElement ToElement(byte[] text)
    {
        if (text.Length == 0) return default;
        using var document = ToDocument(text);
        return document.RootElement.Clone();
    }

    /// <summary>The text of a node. A part of a tree arrives as a separate tree.</summary>
    public static (byte[] Text, bool IgnoresCase) Of(JsonNode node)
    {
        var options = new JsonSerializerOptions { MaxDepth = ValueContext.MaximumDepth };
        var data = (Encoding.UTF8.GetBytes(node.ToJsonString(options)), node.Options is { PropertyNameCaseInsensitive: true });
        return JsonNode.DeepEquals(node, ToNode(data))
            ? data
            : throw new NotSupportedException("the JSON text differs from the objects it was created from; send the text");
    }

    public static JsonNode ToNode((byte[] Text, bool IgnoresCase) data) => JsonNode.Parse(
        data.Text, new JsonNodeOptions { PropertyNameCaseInsensitive = data.IgnoresCase }, Lenient)!;
}
