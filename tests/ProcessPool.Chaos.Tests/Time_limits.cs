using ProcessPool.Chaos.Tests.Support;

namespace ProcessPool.Chaos.Tests;

/// <summary>
/// An item exceeds its time limit, with every way of calling the pool, and with every delay before it is killed.
/// </summary>
[TimeLimit(60)]
[Parallelizable(ParallelScope.All)]
internal sealed class Time_limits
{
    private const int Items = 24;
    private const int Late = 9;

    /// <summary>Much longer than the other items take, even on a busy machine.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(4);

    /// <summary>
    /// All combinations with two workers. With one and eight workers, each way of calling and each delay once, because every case
    /// takes as long as the limit.
    /// </summary>
    private static IEnumerable<TestCaseData> Cases()
    {
        foreach (var way in Enum.GetValues<Way>())
        {
            yield return new TestCaseData(2, true, way);
            yield return new TestCaseData(2, false, way);
            yield return new TestCaseData(way is Way.Map or Way.Imap ? 1 : 8, way is Way.Map or Way.ImapUnordered, way);
        }
    }

    [TestCaseSource(nameof(Cases))]
    public async Task Only_the_late_item_fails(int workers, bool atOnce, Way way)
    {
        using var log = new RunLog();
        var directory = log.Directory;
        var options = new PoolOptions { Workers = workers, ItemTimeout = Limit };
        await using var pool = new Pool(atOnce ? options with { KillDelay = TimeSpan.Zero } : options);
        await pool.WaitUntilReadyAsync();
        var before = pool.WorkerPids;
        var (results, failures) = await pool.Call(way, item => HangIfLate(directory, item), [.. Enumerable.Range(0, Items)]);
        var failure = (ItemTimeoutException)failures.Single();
        Assert.That((failure.Item, failure.Limit, failure.WasKilled), Is.EqualTo((way == Way.ApplyAsync ? 0 : Late, Limit, true)));
        if (way == Way.ImapUnordered) results.Sort();
        Assert.That(results, Is.EqualTo(way == Way.Map ? [] : Enumerable.Range(0, Items).Where(static item => item != Late)));
        Assert.That(log.Count().Values, Is.All.EqualTo(1), "no item runs twice");
        Assert.That(Eventually.True(() => pool.WorkerPids.Count == workers), Is.True, "the worker was replaced");
        Assert.That(before.Except(pool.WorkerPids).Count(), Is.EqualTo(1), "no other worker was killed");
    }

    private static int HangIfLate(string directory, int item)
    {
        RunLog.Append(directory, item);
        if (item == Late) Thread.Sleep(Timeout.Infinite);
        return item;
    }
}
