using System.Text;

namespace ProcessPool.Bench;

/// <summary>
/// Writes bench/results.md, the only page with figures, and copies its short table to README.md. A test compares the two tables,
/// so that they cannot come from different runs.
/// </summary>
internal static class ResultsPage
{
    private const string Begin = "<!-- numbers -->\n";
    private const string End = "<!-- /numbers -->\n";

    /// <param name="surroundings">The description of the run.</param>
    /// <param name="families">The rows. Those of the README must have figures on both sides.</param>
    /// <exception cref="InvalidDataException">README.md lacks the lines that mark the place of the table.</exception>
    public static async Task WriteAsync(Surroundings surroundings, IReadOnlyList<Family> families)
    {
        Row[] rows = [.. families.SelectMany(family => family.Rows)];
        var table = ShortTable(rows.Where(row => row.IsInReadme));
        var readme = Path.Combine(Repository.Root, "README.md");
        var text = Replace(await File.ReadAllTextAsync(readme), table);
        var missed = await MissedRows.ReadAsync(rows);
        await File.WriteAllTextAsync(Repository.BenchFile("results.md"), Page(table, surroundings, families, rows, missed));
        await File.WriteAllTextAsync(readme, text);
    }

    private static string Page(string table, Surroundings surroundings, IReadOnlyList<Family> families, Row[] rows, string missed) =>
        $"""
        # Results

        `./run.sh bench --write-docs` measures these figures and writes this page. [README.md](README.md) says how each row is measured. Figures are medians of
        rounds in turn. A ratio above 1 means that this library is faster than Python's `multiprocessing.Pool`. The first table is also in the
        [README of the project](../README.md).

        {Begin}{table}{End}
        ## Where it was measured

        ```
        {surroundings}```

        ## All rows

        {rows.Count(row => row.IsMet == true)} rows meet their targets, {rows.Count(row => row.IsMet == false)} miss one, {rows.Count(row => row.IsMet is null)} have none.
        The column *met* shows in brackets what is compared with the target. *Beside it* has medians of other libraries, or of the same work done in another way;
        `--json` has their samples.

        {Table.Of(families)}
        ## What misses its target, and why

        {missed}
        """;

    private static string ShortTable(IEnumerable<Row> rows)
    {
        var text = new StringBuilder("| what | here | Python | ratio |\n|---|---|---|---|\n");
        foreach (var row in rows)
        {
            text.Append($"| {row.What} | {Figures.Short(row.Ours, row.Unit)} | {Figures.Short(row.Python, row.Unit)} ");
            text.Append($"| {Figures.Ratio(row.SpeedOver(row.Python))} |\n");
        }

        return text.ToString();
    }

    private static string Replace(string readme, string table)
    {
        var start = readme.IndexOf(Begin, StringComparison.Ordinal);
        var end = readme.IndexOf(End, StringComparison.Ordinal);
        if (start < 0 || end < start) throw new InvalidDataException($"README.md lacks the lines {Begin.Trim()} and {End.Trim()} around the table.");
        return readme[..(start + Begin.Length)] + table + readme[end..];
    }
}
