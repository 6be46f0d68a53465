namespace ProcessPool.Tests.Calls;

/// <summary>The docs tell one set of figures: those of the last run of <c>./run.sh bench --write-docs</c>.</summary>
internal sealed class Numbers_in_the_docs
{
    private const string Begin = "<!-- numbers -->\n";
    private const string End = "<!-- /numbers -->\n";

    private static readonly string Root = Path.Combine(TestContext.CurrentContext.TestDirectory, "../../../../..");

    [Test]
    public void README_has_the_table_of_results_md() =>
        Assert.That(TableOf("README.md"), Is.EqualTo(TableOf("bench/results.md")));

    [Test]
    public void Bench_README_says_how_each_row_is_measured()
    {
        var results = File.ReadAllText(Path.Combine(Root, "bench/results.md"));
        var explanation = File.ReadAllText(Path.Combine(Root, "bench/README.md"));
        var names = results[results.IndexOf("## All rows", StringComparison.Ordinal)..].Split('\n').Where(line => line.StartsWith("| ", StringComparison.Ordinal))
            .Skip(1).Select(line => line.Split('|')[1].Trim()).Where(name => !name.StartsWith("**", StringComparison.Ordinal)).ToArray();
        Assert.That(names, Has.Length.GreaterThan(30));
        Assert.That(names.Where(name => !explanation.Contains($"| {name} |", StringComparison.Ordinal)), Is.Empty);
    }

    /// <summary>Figures of the benchmark stand in no other table, so that none can be left over from another run.</summary>
    [Test]
    public void No_other_page_has_a_table_of_them()
    {
        var rows = TableOf("bench/results.md").Split('\n').Skip(2).Where(line => line.Length > 0).Select(line => line.Split('|')[1]).ToArray();
        Assert.That(rows, Has.Length.GreaterThan(10));
        foreach (var page in Directory.EnumerateFiles(Path.Combine(Root, "docs"), "*.md"))
        {
            var text = File.ReadAllText(page);
            Assert.That(rows.Where(row => text.Contains($"|{row}|", StringComparison.Ordinal)), Is.Empty, page);
        }
    }

    private static string TableOf(string page)
    {
        var text = File.ReadAllText(Path.Combine(Root, page));
        var start = text.IndexOf(Begin, StringComparison.Ordinal);
        var end = text.IndexOf(End, StringComparison.Ordinal);
        Assert.That(start, Is.GreaterThanOrEqualTo(0).And.LessThan(end), page);
        return text[(start + Begin.Length)..end];
    }
}
