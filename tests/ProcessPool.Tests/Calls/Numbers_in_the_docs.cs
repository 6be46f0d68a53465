namespace ProcessPool.Tests.Calls;

/// <summary>The docs tell one set of figures: those of the last run of <c>./run.sh bench --write-docs</c>.</summary>
internal sealed class Numbers_in_the_docs
{
    private const string Begin = "<!-- numbers -->\n";
    private const string End = "<!-- /numbers -->\n";

    private static readonly string Root = Path.Combine(TestContext.CurrentContext.TestDirectory, "../../../../..");

    [Test]
    public void README_has_the_table_of_numbers_md() =>
        Assert.That(TableOf("README.md"), Is.EqualTo(TableOf("docs/numbers.md")));

    /// <summary>Figures of the benchmark stand in no other table, so that none can be left over from another run.</summary>
    [Test]
    public void No_other_page_has_a_table_of_them()
    {
        var rows = TableOf("docs/numbers.md").Split('\n').Skip(2).Where(line => line.Length > 0).Select(line => line.Split('|')[1]).ToArray();
        Assert.That(rows, Has.Length.GreaterThan(10));
        foreach (var page in Directory.EnumerateFiles(Path.Combine(Root, "docs"), "*.md").Where(page => Path.GetFileName(page) != "numbers.md"))
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
