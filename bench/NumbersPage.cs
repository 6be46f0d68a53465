using System.Text;

namespace ProcessPool.Bench;

/// <summary>
/// Writes docs/numbers.md, the only page with figures, and copies its short table to README.md. A test compares the two tables,
/// so that they cannot come from different runs.
/// </summary>
internal static class NumbersPage
{
    private const string Begin = "<!-- numbers -->\n";
    private const string End = "<!-- /numbers -->\n";

    /// <param name="root">The root directory of the repository.</param>
    /// <param name="surroundings">The description of the run.</param>
    /// <param name="rows">The rows. All of them must have figures on both sides.</param>
    /// <exception cref="InvalidDataException">README.md lacks the lines that mark the place of the table.</exception>
    public static async Task WriteAsync(string root, Surroundings surroundings, IReadOnlyList<Row> rows)
    {
        var table = ShortTable(rows);
        var readme = Path.Combine(root, "README.md");
        var text = Replace(await File.ReadAllTextAsync(readme), table);
        await File.WriteAllTextAsync(Path.Combine(root, "docs", "numbers.md"), Page(table, surroundings, rows));
        await File.WriteAllTextAsync(readme, text);
    }

    private static string Page(string table, Surroundings surroundings, IReadOnlyList<Row> rows) =>
        $"""
        # Numbers

        `./run.sh bench --write-docs` measures these figures and writes this page; the table in the README is a copy of the first one. A ratio above 1 means
        that this library is faster than Python's `multiprocessing.Pool`.

        {Begin}{table}{End}
        ## Where it was measured

        ```
        {surroundings}```

        ## All figures

        {Table.Of(rows)}
        """;

    private static string ShortTable(IReadOnlyList<Row> rows)
    {
        var text = new StringBuilder("| what | here | Python | ratio |\n|---|---|---|---|\n");
        foreach (var row in rows)
            text.Append($"| {row.What} | {Short(row.Ours, row)} | {Short(row.Python, row)} | {Table.Ratio(row)} |\n");
        return text.ToString();
    }

    /// <summary>Rounds to three digits, because the figures of two runs differ by more than the fourth.</summary>
    private static string Short(Measure measure, Row row)
    {
        var median = measure.Median.GetValueOrDefault();
        var step = Math.Pow(10, Math.Floor(Math.Log10(median)) - 2);
        var figure = Math.Round(median / step) * step;
        return $"{figure.ToString(median < 10 ? "0.##" : median < 100 ? "0.#" : "N0")} {row.Unit}";
    }

    private static string Replace(string readme, string table)
    {
        var start = readme.IndexOf(Begin, StringComparison.Ordinal);
        var end = readme.IndexOf(End, StringComparison.Ordinal);
        if (start < 0 || end < start) throw new InvalidDataException($"README.md lacks the lines {Begin.Trim()} and {End.Trim()} around the table.");
        return readme[..(start + Begin.Length)] + table + readme[end..];
    }
}
