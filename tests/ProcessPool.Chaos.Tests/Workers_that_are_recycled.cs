using ProcessPool.Chaos.Tests.Support;

namespace ProcessPool.Chaos.Tests;

/// <summary>A worker that has run as many items as it may is replaced, and no call notices.</summary>
[TimeLimit(120)]
[TestFixture(true)]
[TestFixture(false)]
internal sealed class Workers_that_are_recycled(bool useStatusPage)
{
    [TestCase(1)]
    [TestCase(7)]
    [TestCase(100)]
    public async Task No_process_runs_more_items_than_it_may(int most)
    {
        await using var pool = NewPool(most);
        var processes = await pool.MapAsync(static _ => Environment.ProcessId, Enumerable.Range(0, 10 * most));
        Assert.That(processes.GroupBy(static id => id).Select(static items => items.Count()), Is.All.LessThanOrEqualTo(most));
        Assert.That(processes.Distinct().Count(), Is.GreaterThanOrEqualTo(10));
    }

    [Test]
    public async Task Results_are_right_whatever_the_call()
    {
        await using var pool = NewPool(50);
        await pool.WaitUntilReadyAsync();
        var table = new int[100_000];
        Array.Fill(table, 3);
        Assert.That(await pool.MapAsync(i => table[i] + i, Enumerable.Range(0, 1000)), Is.EqualTo(Enumerable.Range(3, 1000)));
        var streamed = new List<int>();
        await foreach (var result in pool.Imap(i => table[i] + i, Enumerable.Range(0, 500))) streamed.Add(result);
        Assert.That(streamed, Is.EqualTo(Enumerable.Range(3, 500)));
        for (var i = 0; i < 120; i++) Assert.That(await pool.ApplyAsync(() => table[0]), Is.EqualTo(3));
    }

    private Pool NewPool(int most) => new(new PoolOptions { Workers = 2, RecycleAfter = most, UseStatusPage = useStatusPage });
}
