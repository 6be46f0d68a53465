namespace ProcessPool.Coordinator;

/// <summary>How what others have written is put into one line.</summary>
internal static class OneLine
{
    /// <summary>The lines of a text in one.</summary>
    public static string Of(string text) =>
        string.Join(" | ", text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));
}
