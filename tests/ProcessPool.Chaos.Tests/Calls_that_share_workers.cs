using ProcessPool.Chaos.Tests.Support;

namespace ProcessPool.Chaos.Tests;

/// <summary>More calls than workers run at the same time.</summary>
[TimeLimit(120)]
internal sealed class Calls_that_share_workers
{
    [Test]
    public async Task A_call_that_has_run_for_a_while_goes_on_although_new_ones_keep_coming()
    {
        using var log = new RunLog();
        var directory = log.Directory;
        await using var pool = new Pool(1);

        // This call has the worker to itself at first, so it gets more worker time than any later call will ever need.
        var old = pool.MapAsync(item => Items.Work(directory, item, 5), Enumerable.Range(0, 200));
        Assert.That(Eventually.True(() => log.Count().Count >= 100), Is.True);

        // With four calls at a time, items always wait. Each call gets its share, so the old call ends after some forty of them.
        const int most = 400;
        var calls = 0;
        var lanes = Enumerable.Range(1, 4).Select(lane => Task.Run(async () =>
        {
            while (!old.IsCompleted && Interlocked.Increment(ref calls) < most) await pool.MapAsync(static item => Items.Spin(5), Enumerable.Range(0, 5 * lane));
        })).ToArray();
        await Task.WhenAll(lanes);
        TestContext.Out.WriteLine($"{calls} calls came after it");
        Assert.That(calls, Is.Positive.And.LessThan(most), "the old call ends while others come");
        Assert.That(await old, Is.EqualTo(Enumerable.Range(0, 200).Select(static item => Items.ResultOf(item))));
    }
}
