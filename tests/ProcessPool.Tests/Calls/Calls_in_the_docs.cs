using System.Text.RegularExpressions;

namespace ProcessPool.Tests.Calls;

/// <summary>
/// Each call of a pool in README.md and docs/from-python.md is also here, word for word, and is compiled and run.
/// </summary>
internal sealed partial class Calls_in_the_docs
{
    [Test]
    public async Task Do_what_they_say()
    {
        static int f(int x) => 2 * x;
        static int g(int x, int y) => x * y;
        int[] xs = [1, 2, 3];
        int[] doubled = [2, 4, 6];
        var x = 4;
        var token = CancellationToken.None;
        await using var pool = new Pool(2);
        Assert.That(pool.Map(f, xs), Is.EqualTo(doubled));
        Assert.That(await pool.MapAsync(f, xs), Is.EqualTo(doubled));
        Assert.That(pool.Map(f, xs, cancellationToken: token), Is.EqualTo(doubled));
        Assert.That(pool.Map(f, xs, new() { ChunkSize = 100 }), Is.EqualTo(doubled));
        Assert.That(pool.Apply(f, x), Is.EqualTo(8));
        Assert.That(await pool.ApplyAsync(() => f(x)), Is.EqualTo(8));
        Assert.That(await pool.ApplyAsync(f, x), Is.EqualTo(8));
        var results = new List<int>();
        await foreach (var y in pool.Imap(f, xs)) results.Add(y);
        await foreach (var y in pool.ImapUnordered(f, xs)) results.Add(y);
        await foreach (var outcome in pool.Imap(f, xs).Outcomes()) results.Add(outcome.Input * outcome.Value);
        Assert.That(results, Is.EquivalentTo((int[])[.. doubled, .. doubled, 2, 8, 18]));
        pool.Resize(8);
        Assert.That(pool.Workers, Is.EqualTo(8));
        await OfSeveral(pool, g);
    }

    private static async Task OfSeveral(Pool pool, Func<int, int, int> f)
    {
        (int, int)[] pairs = [(1, 2), (3, 4)];
        int[] products = [2, 12];
        var (a, b) = pairs[1];
        Assert.That(pool.StarMap(f, [(1, 2), (3, 4)]), Is.EqualTo(products));
        Assert.That(pool.Apply(() => f(a, b)), Is.EqualTo(12));
        Assert.That(await pool.ApplyAsync(() => f(a, b)), Is.EqualTo(12));
        {
            var xs = pairs;
            Assert.That(pool.StarMap(f, xs), Is.EqualTo(products));
            Assert.That(await pool.StarMapAsync(f, xs), Is.EqualTo(products));
        }

        {
            int[] xs = [1, 3], ys = [2, 4];
            Assert.That(pool.StarMap(f, xs.Zip(ys)), Is.EqualTo(products));
        }
    }

    [TestCase("README.md")]
    [TestCase("docs/from-python.md")]
    public void Are_all_here(string page)
    {
        var root = Path.Combine(TestContext.CurrentContext.TestDirectory, "../../../../..");
        var sources = string.Join('\n', Directory.EnumerateFiles(Path.Combine(root, "tests/ProcessPool.Tests/Calls"), "*.cs").Select(File.ReadAllText));
        var calls = Inline().Matches(File.ReadAllText(Path.Combine(root, page))).Select(static match => match.Groups[1].Value).Where(static call => Call().IsMatch(call)).ToArray();
        Assert.That(calls, Is.Not.Empty);
        Assert.That(calls.Where(call => !sources.Contains(call, StringComparison.Ordinal)), Is.Empty);
    }

    [GeneratedRegex("`([^`\n]+)`")]
    private static partial Regex Inline();

    [GeneratedRegex(@"\bpool\.(Map|MapAsync|Apply|ApplyAsync|Imap|ImapUnordered|StarMap|StarMapAsync|Resize)\(.+\)")]
    private static partial Regex Call();
}
