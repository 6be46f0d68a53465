using System.Reflection;
using System.Text.RegularExpressions;

namespace ProcessPool.Tests.Calls;

/// <summary>Everything that docs/from-python.md names exists: members and types of this library and of .NET, and tests.</summary>
internal sealed partial class Rows_of_from_python
{
    private static readonly ILookup<string, Type> Types = new[]
    {
        typeof(Pool).Assembly, typeof(ValueException).Assembly,
        typeof(object).Assembly, typeof(Parallel).Assembly,
    }.SelectMany(static assembly => assembly.GetExportedTypes()).Where(static type => type.Namespace is "ProcessPool" or "System" or "System.Threading" or "System.Threading.Tasks")
        .ToLookup(static type => type.Name.Split('`')[0]);

    /// <summary>The cells of each row, and the heads of their table.</summary>
    private static IEnumerable<(string[] Head, string[] Cells)> Rows()
    {
        string[]? head = null;
        foreach (var line in FromPython.Lines)
        {
            if (!line.StartsWith('|')) head = null;
            else if (head is null) head = Cells(line);
            else if (!line.StartsWith("|-", StringComparison.Ordinal)) yield return (head, Cells(line));
        }

        static string[] Cells(string line) => line.Trim('|', ' ').Split(" |").Select(static cell => cell.Trim(' ', '|')).ToArray();
    }

    private static IEnumerable<TestCaseData> NamesHere() => RowsOf("here");

    private static IEnumerable<TestCaseData> NamesToKnow() => RowsOf("to know");

    private static IEnumerable<TestCaseData> Proofs() => RowsOf("proved by");

    private static IEnumerable<TestCaseData> RowsOf(string column) => Rows().Where(row => row.Head.Contains(column))
        .Select(row => new TestCaseData(row.Cells.ElementAtOrDefault(Array.IndexOf(row.Head, column)) ?? "").SetArgDisplayNames(row.Cells[0]));

    [TestCaseSource(nameof(NamesHere))]
    public void Name_what_is_here(string here)
    {
        Assert.That(here.Contains('`') || here == "none" || here.StartsWith("lambdas ", StringComparison.Ordinal), "nothing is named");
        Assert.That(Missing(here), Is.Empty);
    }

    [TestCaseSource(nameof(NamesToKnow))]
    public void Name_nothing_else_that_is_not(string toKnow) => Assert.That(Missing(toKnow), Is.Empty);

    [TestCaseSource(nameof(Proofs))]
    public void Name_tests_that_prove_them(string proof)
    {
        var tests = Member().Matches(proof);
        Assert.That(tests, Is.Not.Empty, "no test is named");
        foreach (Match test in tests) Assert.That(IsTest(test.Groups[1].Value, test.Groups[2].Value), $"there is no test {test.Value}");
    }

    [Test]
    public void Are_found()
    {
        Assert.That(Rows(), Is.All.Matches<(string[] Head, string[] Cells)>(static row => row.Head.Length == 3 && row.Cells.Length is 2 or 3));
        Assert.That(NamesHere().Count(), Is.GreaterThan(80));
        Assert.That(Proofs().Count(), Is.GreaterThan(40));
    }

    [TestCase("`pool.Maps(f, xs)`", "Pool.Maps")]
    [TestCase("`PoolOptions.Worker`, `PoolOptions.Workers`", "PoolOptions.Worker")]
    [TestCase("`Task.WhenNone`", "Task.WhenNone")]
    [TestCase("`Pools.Map`", "Pools.Map")]
    [TestCase("`WorkerDeadException`", "WorkerDeadException")]
    public void Are_looked_at_closely(string here, string missing) => Assert.That(Missing(here), Is.EqualTo(new[] { missing }));

    /// <summary>The names in code that there are not: of types, and of members with their type in front.</summary>
    private static List<string> Missing(string cell)
    {
        List<string> missing = [];
        foreach (Match code in Code().Matches(cell))
        {
            var span = code.Groups[1].Value;
            if (TypeAlone().Match(span) is { Success: true } alone && !Types.Contains(alone.Groups[1].Value)) missing.Add(span);
            foreach (Match match in Member().Matches(span))
            {
                var (type, member) = (match.Groups[1].Value.Replace("pool", nameof(Pool), StringComparison.Ordinal), match.Groups[2].Value);
                if (!Types[type].Any(candidate => Has(candidate, member))) missing.Add($"{type}.{member}");
            }
        }

        return missing;
    }

    private static bool Has(Type type, string member) =>
        type.GetMember(member, BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.FlattenHierarchy).Length > 0;

    /// <summary>The names of files say which fixture they hold.</summary>
    private static bool IsTest(string fixture, string test) =>
        Directory.EnumerateFiles(Path.Combine(FromPython.Root, "tests"), $"{fixture}.cs", SearchOption.AllDirectories)
            .Any(file => Regex.IsMatch(File.ReadAllText(file), $@"\[Test[^\n]*\n(\s*\[[^\n]*\n)*\s*public [^\n(]*\b{test}\("));

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Code();

    /// <summary>A variable of the example's own has no capital letter in front.</summary>
    [GeneratedRegex(@"\b([A-Z]\w*|pool)\.(\w+)\b")]
    private static partial Regex Member();

    [GeneratedRegex(@"^([A-Z]\w*[a-z]\w*)(<\w+>)?$")]
    private static partial Regex TypeAlone();
}
