using System.Globalization;

namespace ProcessPool.Terminals;

/// <summary>A call as text of a terminal.</summary>
/// <param name="title">The title of the call; null if it has none.</param>
/// <param name="progress">How far it is.</param>
internal sealed class ShownCall(string? title, CallProgress progress)
{
    private const int BarWidth = 10;
    private const int LeastBarWidth = 5;

    // Computed only when the line is drawn: most reports of quick items are not.
    private string Title => Columns.Printable(title ?? "");

    private int? Percent => progress.Total switch
    {
        null => null,
        0 => 100,
        { } total => (int)(100.0 * Math.Min(progress.Done, total) / total),
    };

    private string Short => $"{Title} {(Percent is { } percent ? $"{percent} %" : string.Create(CultureInfo.InvariantCulture, $"{progress.Done:N0} items"))}".TrimStart();

    /// <summary>
    /// The whole line of a call. The bar stands first, so that bars are aligned. It takes what room the text leaves, and is left out if
    /// that is too little.
    /// </summary>
    public string Line(int width)
    {
        var text = Title.Length == 0 ? $"{progress}" : $"{Title}: {progress}";
        if (Percent is not { } percent) return Columns.Cut(text, width);
        text = $"{percent,3} %  {text}";
        var room = Math.Min(BarWidth, width - Columns.Of(text) - "[] ".Length);
        if (room < LeastBarWidth) return Columns.Cut(text, width);
        var filled = room * percent / 100;
        return $"[{new string('#', filled)}{new string('-', room - filled)}] {text}";
    }

    /// <summary>One line for all calls that run.</summary>
    public static string Together(IList<ShownCall> calls, int width) =>
        calls.Count == 1 ? calls[0].Line(width) : Columns.Cut(string.Join(" | ", calls.Select(static call => call.Short)), width);
}
