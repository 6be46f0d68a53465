using System.Text;

namespace ProcessPool.Bench;

/// <summary>
/// The reasons why rows miss their targets, which people write in bench/missed.md: a heading with the name of a row, then its text. The
/// page of results has those of the rows that miss their targets in that run.
/// </summary>
internal static class MissedRows
{
    private const string Heading = "## ";

    /// <summary>The section of the page. Says on standard error which rows have no text yet.</summary>
    public static async Task<string> ReadAsync(IEnumerable<Row> rows)
    {
        var reasons = Parse(await File.ReadAllLinesAsync(Repository.BenchFile("missed.md")));
        var text = new StringBuilder();
        foreach (var row in rows.Where(row => row.IsMet == false))
        {
            if (!reasons.TryGetValue(row.What, out var reason))
            {
                reason = "Not explained yet.";
                Console.Error.WriteLine($"bench/missed.md has no text for: {row.What}");
            }

            var missed = row.Targets.Where(target => target.IsMet(row) == false);
            text.Append($"**{row.What}** ({string.Join("; ", missed.Select(target => $"{target.Text}: {Table.Verdict(row, target)}"))}). {reason}\n\n");
        }

        return text.Length > 0 ? text.ToString().TrimEnd() : "Nothing.";
    }

    private static Dictionary<string, string> Parse(string[] lines)
    {
        Dictionary<string, string> reasons = [];
        for (var i = 0; i < lines.Length; i++)
        {
            if (!lines[i].StartsWith(Heading)) continue;
            var text = lines.Skip(i + 1).TakeWhile(line => !line.StartsWith(Heading));
            reasons[lines[i][Heading.Length..].Trim()] = string.Join('\n', text).Trim();
        }

        return reasons;
    }
}
