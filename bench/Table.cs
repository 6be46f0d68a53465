using System.Text;

namespace ProcessPool.Bench;

/// <summary>The figures for people, as a Markdown table whose columns are aligned.</summary>
internal static class Table
{
    private static readonly string[] Header = ["what", "unit", "ours", "min to max", "Python", "min to max", "ratio", "limit", "min to max"];

    private static readonly string[] Notes =
    [
        "Figures are medians. Ratio: how many times as fast as Python this library is.",
        "No-op items: x => x + 1 on ints, with results checked. Python is measured in a separate process with a warm pool of the same size.",
        "Limit: one process that only sends bytes back. One a frame: 16 bytes a write, many in flight;",
        "  by default and Imap: 8 bytes an item, 64 KiB a write; round trip: 16 bytes; 1 MiB: both directions at once;",
        "  new Pool(2): two such processes are started, and each sends back one byte.",
        "Whole process: from start to exit, our command or a script with multiprocessing.Pool, numpy and OpenCV.",
        "  images: write noise from a seed to PNG files (ours: ZLibStream, renamed when complete; Python: numpy, cv2.imwrite with its defaults).",
        "  read: read the files that our command has made into a list, and compute their mean (ours: Skia; Python: cv2.imread).",
        "  fill: compute exp(sin(0.001 i j)) as float in shared memory, and return the sums (ours: a loop over a span; Python: numpy on a RawArray).",
    ];

    public static string Of(IReadOnlyList<Row> rows)
    {
        string[][] lines = [Header, .. rows.Select(Cells)];
        var widths = Header.Select((_, column) => lines.Max(line => line[column].Length)).ToArray();
        var text = new StringBuilder();
        AppendLine(text, lines[0], widths);
        text.Append('|').AppendJoin('|', widths.Select((width, column) => IsText(column) ? new string('-', width + 2) : new string('-', width + 1) + ':')).AppendLine("|");
        foreach (var line in lines.Skip(1)) AppendLine(text, line, widths);
        text.AppendLine().AppendJoin('\n', Notes).AppendLine();
        AppendFailures(text, rows);
        return text.ToString();
    }

    private static string[] Cells(Row row) =>
    [
        row.What, row.Unit,
        Median(row.Ours), Spread(row.Ours),
        Median(row.Python), Spread(row.Python),
        Ratio(row),
        Median(row.Limit), Spread(row.Limit),
    ];

    public static string Ratio(Row row) => row.Ratio?.ToString(row.Ratio < 10 ? "0.00" : "N0") ?? "";

    private static string Median(Measure? measure) => measure?.Median is { } median ? Show(median) : "";

    private static string Spread(Measure? measure) =>
        measure is { Samples: { Count: > 0 } samples } ? $"{Show(samples.Min())} to {Show(samples.Max())}" : "";

    private static string Show(double figure) => figure.ToString(figure < 100 ? "0.0" : "N0");

    private static bool IsText(int column) => column < 2;

    private static void AppendLine(StringBuilder text, string[] cells, int[] widths) =>
        text.Append("| ").AppendJoin(" | ", cells.Select((cell, i) => IsText(i) ? cell.PadRight(widths[i]) : cell.PadLeft(widths[i]))).AppendLine(" |");

    /// <summary>Writes each reason once, because one reason may have emptied a whole column.</summary>
    private static void AppendFailures(StringBuilder text, IReadOnlyList<Row> rows)
    {
        var failures = rows.SelectMany(row => new[] { ("ours", row.Ours), ("Python", row.Python), ("limit", row.Limit) })
            .Where(side => side.Item2?.Failure is not null)
            .Select(side => $"Not measured, {side.Item1}: {side.Item2!.Failure}");
        foreach (var line in failures.Distinct()) text.AppendLine(line);
    }
}
