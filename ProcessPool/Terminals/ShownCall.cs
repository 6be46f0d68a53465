using System.Globalization;

namespace ProcessPool.Terminals;

/// <summary>A call as text of a terminal.</summary>
internal sealed record ShownCall
{
    private const int BarWidth = 24;
    private const int LeastBarWidth = 6;

    private readonly string _title;
    private readonly CallProgress _progress;

    /// <param name="title">The title of the call; null if it has none.</param>
    /// <param name="progress">How far it is.</param>
    public ShownCall(string? title, CallProgress progress) => (_title, _progress) = (Columns.Printable(title ?? ""), progress);

    private int? Percent => _progress.Total switch
    {
        null => null,
        0 => 100,
        { } total => (int)(100.0 * Math.Min(_progress.Done, total) / total),
    };

    private string Short => $"{_title} {(Percent is { } percent ? $"{percent} %" : string.Create(CultureInfo.InvariantCulture, $"{_progress.Done:N0} items"))}".TrimStart();

    /// <summary>The whole line of a call. The bar takes what room the text leaves, and is left out if that is too little.</summary>
    public string Line(int width)
    {
        var title = _title.Length == 0 ? "" : $"{_title}  ";
        if (Percent is not { } percent) return Columns.Cut($"{title}{_progress}", width);
        var text = $"{percent,3} %  {_progress}";
        var room = Math.Min(BarWidth, width - Columns.Of(title) - text.Length - "[] ".Length);
        if (room < LeastBarWidth) return Columns.Cut($"{title}{text}", width);
        var filled = room * percent / 100;
        return $"{title}[{new string('#', filled)}{new string('-', room - filled)}] {text}";
    }

    /// <summary>One line for all calls that run.</summary>
    public static string Together(IList<ShownCall> calls, int width) =>
        calls.Count == 1 ? calls[0].Line(width) : Columns.Cut(string.Join(" | ", calls.Select(static call => call.Short)), width);
}
