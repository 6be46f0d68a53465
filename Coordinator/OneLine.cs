namespace ProcessPool.Coordinator;

/// <summary>Puts messages of several lines into one line.</summary>
internal static class OneLine
{
    /// <summary>The lines of a text, joined by " | "; empty lines are left out.</summary>
    public static string Of(string text) =>
        string.Join(" | ", text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));
}
