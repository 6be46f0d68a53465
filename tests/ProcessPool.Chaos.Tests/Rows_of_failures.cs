using System.Reflection;
using System.Text.RegularExpressions;
using ProcessPool.Chaos.Tests.Support;

namespace ProcessPool.Chaos.Tests;

/// <summary>Each row of docs/failures.md, and of the table in docs/publishing.md, names tests that exist.</summary>
internal sealed partial class Rows_of_failures
{
    /// <summary>The rows of all tables that begin with a column, without the headers.</summary>
    private static IEnumerable<string> Rows(string page = "failures.md", string column = "| failure |")
    {
        var isInTable = false;
        foreach (var line in File.ReadLines(Path.Combine(AppContext.BaseDirectory, page)))
        {
            isInTable = line.StartsWith(column) || (isInTable && line.StartsWith('|'));
            if (isInTable && !line.StartsWith(column) && !line.StartsWith("|-")) yield return line;
        }
    }

    private static IEnumerable<TestCaseData> NamedRows() => Rows().Concat(Rows("publishing.md", "| way to publish |")).Select(static row => new TestCaseData(row).SetArgDisplayNames(row.Split(" | ")[0]));

    [TestCaseSource(nameof(NamedRows))]
    public void Each_is_proved_by_tests_that_exist(string row)
    {
        var cells = row.Split(" | ");
        Assert.That(cells, Has.Length.EqualTo(4), row);
        var proofs = Proof().Matches(cells[3]);
        Assert.That(proofs, Is.Not.Empty, "no test is named");
        foreach (Match proof in proofs)
        {
            var (fixture, test) = (proof.Groups[1].Value, proof.Groups[2].Value);
            Assert.That(IsHere(fixture, test) || IsElsewhere(fixture, test), Is.True, $"there is no test {fixture}.{test}");
        }
    }

    [Test]
    public void Every_way_to_die_and_every_fault_has_one()
    {
        // One row covers several failures if their names begin alike.
        var failures = string.Join('\n', Rows().Select(static row => row.Split(" | ")[0]));
        var missing = Death.All.Keys.Concat(Fault.All.Keys).Where(name => !failures.Contains(name) && !failures.Contains(End().Replace(name, "$2")));
        Assert.That(missing, Is.Empty);
    }

    private static bool IsHere(string fixture, string test) => typeof(Rows_of_failures).Assembly.GetType($"{typeof(Rows_of_failures).Namespace}.{fixture}")
        ?.GetMethod(test)?.GetCustomAttributes().Any(static attribute => attribute is TestAttribute or TestCaseAttribute or TestCaseSourceAttribute) == true;

    /// <summary>Searches the sources of other test assemblies. A file has the name of its fixture.</summary>
    private static bool IsElsewhere(string fixture, string test) =>
        Directory.EnumerateFiles(Tests(), $"{fixture}.cs", SearchOption.AllDirectories)
            .Any(file => Regex.IsMatch(File.ReadAllText(file), $@"\[Test[^\n]*\n(\s*\[[^\n]*\n)*\s*public [^\n(]*\b{test}\("));

    private static string Tests()
    {
        var directory = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(directory, "ProcessPool.sln"))) directory = Path.GetDirectoryName(directory)!;
        return Path.Combine(directory, "tests");
    }

    [GeneratedRegex(@"`(\w+)\.(\w+)`")]
    private static partial Regex Proof();

    /// <summary>Finds "when it is read" in the row "an argument that throws when …, when it is read".</summary>
    [GeneratedRegex("^(.*) ((when|whose) .*)$")]
    private static partial Regex End();
}
