using System.Text;

namespace ProcessPool.Bench;

/// <summary>The figures for people, as a Markdown table whose columns are aligned. A family begins with a line of its name.</summary>
internal static class Table
{
    private static readonly string[] Header =
        ["what", "unit", "ours", "min to max", "Python", "min to max", "ratio", "limit", "min to max", "× limit", "beside it", "target", "met"];

    public static string Of(IReadOnlyList<Family> families)
    {
        string[][] lines = [Header, .. families.SelectMany(family => family.Rows.Select(Cells).Prepend(Title(family)))];
        var widths = Header.Select((_, column) => lines.Max(line => line[column].Length)).ToArray();
        var text = new StringBuilder();
        AppendLine(text, lines[0], widths);
        text.Append('|').AppendJoin('|', widths.Select((width, column) => new string('-', width + 1) + (IsText(column) ? '-' : ':'))).AppendLine("|");
        foreach (var line in lines.Skip(1)) AppendLine(text, line, widths);
        AppendFailures(text, families.SelectMany(family => family.Rows));
        return text.ToString();
    }

    private static string[] Title(Family family) => [$"**{family.Name}**", .. Enumerable.Repeat("", Header.Length - 1)];

    private static string[] Cells(Row row) =>
    [
        row.What, row.Unit,
        Figures.Median(row.Ours), Figures.Spread(row.Ours),
        Figures.Median(row.Python), Figures.Spread(row.Python), Figures.Ratio(row.SpeedOver(row.Python)),
        Figures.Median(row.Limit), Figures.Spread(row.Limit), Figures.Ratio(1 / row.SpeedOver(row.Limit)),
        string.Join("; ", Measured(row.Others).Select(other => $"{other.Name} {Figures.Median(other.Measure)}")),
        string.Join("; ", row.Targets.Select(target => target.Text)),
        row.Targets.Count > 0 ? string.Join("; ", row.Targets.Select(target => Verdict(row, target))) : Fastest(row),
    ];

    /// <summary>Whether the target is met, and the figure that says so.</summary>
    public static string Verdict(Row row, Target target)
    {
        if (target.Figure(row) is not { } figure) return "?";
        return $"{(target.Meets(figure) ? "yes" : "no")} ({Figures.Ratio(figure)})";
    }

    /// <summary>For rows without a target: who wins.</summary>
    private static string Fastest(Row row)
    {
        var sides = Measured(row.Sides).Where(side => side.Measure != row.Limit).ToArray();
        return sides.Length > 1 ? $"fastest: {sides.MinBy(side => row.IsRate ? -side.Measure.Median : side.Measure.Median).Name}" : "";
    }

    private static IEnumerable<(string Name, Measure Measure)> Measured(IEnumerable<(string Name, Measure Measure)> sides) =>
        sides.Where(side => side.Measure.Median is not null);

    private static bool IsText(int column) => Header[column] is "what" or "unit" or "beside it" or "target" or "met";

    private static void AppendLine(StringBuilder text, string[] cells, int[] widths) =>
        text.Append("| ")
            .AppendJoin(" | ", cells.Select((cell, i) => IsText(i) ? cell.PadRight(widths[i]) : cell.PadLeft(widths[i])))
            .AppendLine(" |");

    /// <summary>Writes each reason once, because one reason may have emptied a whole column.</summary>
    private static void AppendFailures(StringBuilder text, IEnumerable<Row> rows)
    {
        var failures = rows.SelectMany(row => row.Sides).Where(side => side.Measure.Failure is not null)
            .Select(side => $"Not measured, {side.Name}: {side.Measure.Failure}").Distinct().ToArray();
        if (failures.Length > 0) text.AppendLine().AppendJoin('\n', failures).AppendLine();
    }
}
