using System.Text.Json;

namespace ProcessPool.Coordinator.Tests.Commands;

/// <summary>The output of the command with <c>--json</c>.</summary>
internal static class JsonResult
{
    /// <summary>The printed object. Nothing else may have been printed.</summary>
    public static JsonElement Of(ChildResult result)
    {
        Assert.That(result.Output, Does.StartWith("{"), result.Error);
        using JsonDocument document = JsonDocument.Parse(result.Output);
        return document.RootElement.Clone();
    }

    public static int Int(this JsonElement element, string name) => element.GetProperty(name).GetInt32();

    public static bool Bool(this JsonElement element, string name) => element.GetProperty(name).GetBoolean();

    /// <summary>The names of the items that failed.</summary>
    public static string[] Failed(this JsonElement element) =>
        [.. element.GetProperty("failed").EnumerateArray().Select(failure => failure.GetProperty("name").GetString()!)];
}
